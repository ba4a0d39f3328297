import NIOPosix
import Trust
package import Wire

/// Has the operator's ssh-agent show that a connect's public key is the operator's. Where no agent holds the key there is no
/// proof, and whether one is needed is for the server to say: private keys are not read here.
package struct KeyProver: Sendable {
    private let api: APIClient
    private let agent: SSHAgent?

    package init(api: APIClient, agent: SSHAgent?) {
        self.api = api
        self.agent = agent
    }

    package func proof(for request: ConnectRequest) async throws -> KeyProof? {
        guard let agent, let text = request.sshPublicKey, let key = try? SSHPublicKey(parsing: text),
            (try? await waiting({ try agent.holds(key) })) == true, let challenge = try await challenge()
        else { return nil }
        if key.algorithm.hasPrefix("sk-") {
            StandardError.line("vigocli: touch your security key to show that \(key.fingerprint) is yours")
        }
        let message = ConnectProof.message(challenge: challenge, credential: credential)
        let data = SSHSignature.signedData(message, namespace: ConnectProof.namespace)
        do {
            let signature = try await waiting { try agent.sign(data, with: key) }
            let signed = SSHSignature(key: key, namespace: ConnectProof.namespace, signature: signature)
            return KeyProof(challenge: challenge, signature: signed.armored)
        } catch {
            StandardError.line("vigocli: the ssh-agent holds \(key.fingerprint) and did not sign with it: \(error)")
            return nil
        }
    }

    /// Nil from a server that is too old to ask for proof.
    private func challenge() async throws -> String? {
        do {
            return try await api.request(.POST, "/api/v1/scrier/challenge", as: KeyChallenge.self).challenge
        } catch let error as OperatorError where error.code == "not_found" {
            return nil
        }
    }

    /// What the server knows this caller by.
    private var credential: String {
        let configuration = api.connection.configuration
        if case .adminSocket = configuration.server { return ConnectProof.adminSocket }
        return configuration.token.flatMap(RandomToken.init(parsing:))?.id ?? ""
    }

    private func waiting<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
