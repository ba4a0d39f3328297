package import Trust

/// The operator's ssh-agent. It signs, and keeps the private key to itself. Its answers are waited for: not on an event loop.
package struct SSHAgent: Sendable {
    private let path: String
    private let patience: Duration

    /// - Parameter patience: how long an answer may take: somebody may have to touch a token or to confirm.
    package init(path: String, patience: Duration = .seconds(60)) {
        self.path = path
        self.patience = patience
    }

    /// The one that `SSH_AUTH_SOCK` names.
    package init?(environment: [String: String]) {
        guard let path = environment["SSH_AUTH_SOCK"], !path.isEmpty else { return nil }
        self.init(path: path)
    }

    package func holds(_ key: SSHPublicKey) throws(SSHAgentError) -> Bool {
        try SSHAgentAnswer.identities(ask(SSHAgentRequest.identities)).contains(key.blob)
    }

    /// A signature as ``SSHPublicKey/isValid(signature:of:)`` takes it.
    package func sign(_ data: [UInt8], with key: SSHPublicKey) throws(SSHAgentError) -> [UInt8] {
        try SSHAgentAnswer.signature(ask(SSHAgentRequest.sign(data, with: key)))
    }

    private func ask(_ request: [UInt8]) throws(SSHAgentError) -> [UInt8] {
        try SSHAgentSocket(path: path, patience: patience).exchange(request)
    }
}
