import Wire

/// What the agent's TunnelOpenResult means.
enum TunnelAnswer {
    case opened([Vigo_Agent_V1_Provision])
    case failed(TunnelError)

    init(_ result: Vigo_Agent_V1_TunnelOpenResult) {
        switch result.result {
        case .opened(let opened):
            self = .opened(opened.provisions)
        case .failed(let failed):
            let sentence = AgentSentence.cleaned(failed.reason)
            self =
                switch failed.code {
                case .portNotAllowed: .failed(TunnelError(.portNotAllowed, sentence))
                case .unreachable: .failed(TunnelError(.unreachable, sentence))
                case .keyNotAuthorized: .failed(Self.keyNotAuthorized(sentence))
                case .needUnknown: .failed(TunnelError(.needUnknown, sentence))
                case .needFailed: .failed(TunnelError(.needFailed, sentence))
                case .invalid, .unspecified, .UNRECOGNIZED: .failed(TunnelError(.invalid, sentence))
                }
        case nil:
            self = .failed(TunnelError(.invalid, "the agent answered TunnelOpen with nothing"))
        }
    }

    /// People search for the exact words, so they are there whatever the agent wrote.
    private static func keyNotAuthorized(_ sentence: String) -> TunnelError {
        let words = "SSH pubkey not authorized on this envoy"
        return TunnelError(.keyNotAuthorized, sentence.contains(words) ? sentence : "\(words): \(sentence)")
    }
}
