import Wire

/// The states of a session and what may follow what: waiting → connecting → ready → closed, or failed from any of them.
struct SessionLifecycle: Equatable, Sendable {
    private(set) var state = SessionState.waiting
    private(set) var ending: SessionEnding?

    /// The agent's tunnel connection has arrived. False when that changes nothing.
    mutating func agentConnected() -> Bool {
        guard state == .waiting else { return false }
        state = .connecting
        return true
    }

    /// The target has let us in.
    mutating func becameReady() -> Bool {
        guard state == .connecting else { return false }
        state = .ready
        return true
    }

    /// The first ending counts: what breaks afterwards broke because of it.
    mutating func ended(_ ending: SessionEnding) -> Bool {
        guard !state.isOver else { return false }
        state = Self.finalState(of: ending, from: state)
        self.ending = ending
        return true
    }

    /// `closed` is an ending that somebody wanted; `failed` one that nobody did.
    private static func finalState(of ending: SessionEnding, from state: SessionState) -> SessionState {
        switch ending {
        case .operatorClosed, .terminated, .serverStopping, .credentialEnded, .nobodyAttached: .closed
        case .targetEnded: state == .ready ? .closed : .failed
        case .protocolFailed, .tunnelLost, .setUpFailed, .recordingFailed: .failed
        }
    }
}
