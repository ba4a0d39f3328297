import Broker

/// Why a session is over.
package enum SessionEnding: Equatable, Sendable {
    case operatorClosed
    /// The remote program ended by itself; a signal's name is without SIG.
    case targetEnded(status: Int32?, signal: String?)
    /// What the plugin said when it gave up, or that it crashed.
    case protocolFailed(String)
    case tunnelLost
    case terminated(by: String)
    case serverStopping
    case credentialEnded(CredentialEnd)
    /// It should be recorded, and could not be any more.
    case recordingFailed(String)
    case nobodyAttached
    /// The set-up went wrong before there was anything to see.
    case setUpFailed(String)

    /// One sentence for the operator, the row and the audit log.
    package var reason: String {
        switch self {
        case .operatorClosed: "closed by the operator"
        case .targetEnded(_, let signal?): "the remote program was ended by signal \(signal)"
        case .targetEnded(let status?, nil): "the remote program ended with status \(status)"
        case .targetEnded(nil, nil): "the target ended the session"
        case .protocolFailed(let sentence), .setUpFailed(let sentence): sentence
        case .tunnelLost: "the connection to the envoy was lost"
        case .terminated(let actor): "terminated by \(actor)"
        case .credentialEnded(let end): "\(end.subject) that opened the session \(end.words)"
        case .serverStopping: "the server is stopping"
        case .recordingFailed(let sentence): "the session could not be recorded any more: \(sentence)"
        case .nobodyAttached: "nobody was attached to the session"
        }
    }

    package var exitStatus: Int32? {
        guard case .targetEnded(let status, _) = self else { return nil }
        return status
    }

    package var signal: String? {
        guard case .targetEnded(_, let signal) = self else { return nil }
        return signal
    }
}

extension SessionEnding {
    /// scrier_status: the target ended it in good order, or the plugin returned without complaint.
    private static let goodEndings: [Int32?] = [0, -1]

    /// What a worker's end means, which a tunnel may have caused that broke before.
    init(_ worker: WorkerEnding, tunnelClosed: Bool) {
        if worker.exitStatus != nil || worker.exitSignal != nil {
            // The target chose the name, and a worker that it took over the sentence: people read both in terminals.
            let signal = worker.exitSignal.map { String(AgentSentence.cleaned($0).prefix(32)) }
            self = .targetEnded(status: worker.exitStatus, signal: signal)
        } else if Self.goodEndings.contains(worker.status) {
            self = .targetEnded(status: nil, signal: nil)
        } else if let explanation = worker.explanation {
            self = .protocolFailed(AgentSentence.cleaned(explanation))
        } else {
            self = tunnelClosed ? .tunnelLost : .protocolFailed("the plugin ended without saying why")
        }
    }
}
