import Logging
import Wire

/// `ssh-ephemeral-key/1`: lets the session's key in, at the user who has the operator's key.
struct EphemeralKeyProvisioner: Provisioner {
    let need = "ssh-ephemeral-key/1"
    let writer: AuthorizedKeysWriter
    let logger: Logger

    func provision(_ parameters: [String: String], for session: ProvisioningSession) async throws(ProvisionFailure)
        -> Provisioned
    {
        // Everything here comes from the server, and what is written into a file comes from the parsed key alone.
        guard let operatorKey = parameters["operator-key"].flatMap(AuthorizedKey.init(parsing:)) else {
            throw ProvisionFailure(.invalid, "the operator's key is no SSH public key")
        }
        guard let ephemeral = parameters["ephemeral-key"].flatMap(AuthorizedKey.init(parsing:)),
            ephemeral.algorithm == "ssh-ed25519"
        else { throw ProvisionFailure(.invalid, "the session's key is no Ed25519 public key") }
        let login = parameters["login"].flatMap { $0.isEmpty ? nil : $0 }
        let seconds = parameters["expires"].flatMap(Int.init) ?? EphemeralLine.longestLife
        let answer: HelperAnswer
        do {
            answer = try await writer.install(
                operatorKey: operatorKey,
                login: login,
                ephemeralKey: Base64.encode(ephemeral.blob),
                envoy: session.envoy,
                session: session.id,
                seconds: seconds
            )
        } catch {
            throw ProvisionFailure("the session's key could not be installed: \(error)")
        }
        for remark in answer.remarks { logger.info("\(remark)", metadata: ["session": "\(session.id)"]) }
        switch answer.outcome {
        case .installed(let user):
            logger.info("session key installed", metadata: ["session": "\(session.id)", "user": "\(user)"])
            return Provisioned(parameters: ["username": user]) { [self] in await strip(user, session.id) }
        case .notAuthorized:
            let where_ = login.map { "user \($0.prefix(64)) does not have it" } ?? "no regular user has it"
            let details = "\(where_) in ~/.ssh/authorized_keys with a terminal from loopback"
            throw ProvisionFailure(.keyNotAuthorized, "SSH pubkey not authorized on this envoy: \(details)")
        case .failed(let reason):
            throw ProvisionFailure("the session's key could not be installed: \(reason)")
        case .done:
            throw ProvisionFailure("the helper answered another question")
        }
    }

    private func strip(_ user: String, _ session: String) async {
        do {
            let answer = try await writer.strip(user: user, session: session)
            guard case .failed(let reason) = answer.outcome else { return }
            throw HelperFailure(reason)
        } catch {
            let metadata: Logger.Metadata = ["session": "\(session)", "user": "\(user)"]
            logger.error("session key not stripped, it expires by itself: \(error)", metadata: metadata)
        }
    }
}
