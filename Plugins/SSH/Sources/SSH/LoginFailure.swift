import PluginKit

/// Makes one sentence, for a person who can do something about it, of what a library says and of how far we were.
struct LoginFailure {
    enum Stage { case handshake, authentication, channel, terminal, start, session }

    var stage: Stage
    var error: SSHError
    var username: String
    var hello: ServerHello
    var offer: KeyExchangeOffer
    /// The server's words when it disconnected.
    var farewell: String?
    /// What the server would accept instead of the key.
    var methods: [String]?

    var failure: SessionFailure {
        switch (stage, error.kind) {
        case (_, .timedOut): SessionFailure(.timedOut, "The envoy's sshd did not answer in time.")
        case (.handshake, .disconnected): closedEarly
        case (.handshake, .hostKeyUnproved):
            SessionFailure(.untrusted, "The envoy's sshd could not prove that it holds the host key it showed.")
        case (.handshake, _): noAgreement
        case (.authentication, .disconnected): closedAtLogin
        case (.authentication, .authenticationRefused): refused
        case (.authentication, .unusableKey):
            SessionFailure(.internalError, "The session's ephemeral key cannot be used: \(words).")
        case (.channel, .requestDenied):
            SessionFailure(
                .unauthorized,
                "The envoy's sshd let \(user) in but opens no session: see MaxSessions in its sshd_config."
            )
        case (.terminal, .requestDenied):
            SessionFailure(
                .unauthorized,
                "The envoy's sshd gives \(user) no terminal: see PermitTTY in its sshd_config, or no-pty in authorized_keys."
            )
        case (.start, .requestDenied):
            SessionFailure(
                .unauthorized,
                "The envoy's sshd starts no shell for \(user): see ForceCommand in its sshd_config."
            )
        case (_, .disconnected): closedLate
        default:
            SessionFailure(.protocolViolation, "The envoy's sshd and libssh2 do not understand each other: \(words).")
        }
    }

    private var user: String { Printable.words(username, most: 64) }
    private var words: String { Printable.words(error.message) }

    private var closedEarly: SessionFailure {
        guard hello.version == nil else {
            return SessionFailure(
                .unreachable,
                "The envoy's sshd closed the connection during the key exchange\(reason)."
            )
        }
        guard let lastWords = hello.lastWords.map({ Printable.words($0) }), !lastWords.isEmpty else {
            return SessionFailure(
                .unreachable,
                "The envoy's sshd closed the connection before it said anything: see its log, and MaxStartups in its sshd_config."
            )
        }
        if lastWords.contains("MaxStartups") {
            return SessionFailure(
                .unreachable,
                "The envoy's sshd has too many logins in progress: try again in a moment, or raise MaxStartups in its sshd_config."
            )
        }
        return SessionFailure(.unreachable, "The envoy's sshd sent us away: “\(lastWords)”.")
    }

    private var noAgreement: SessionFailure {
        guard hello.version != nil else {
            let said = hello.lastWords.map { ", it said “\(Printable.words($0, most: 60))”" } ?? ""
            return SessionFailure(.protocolViolation, "What listens on that port of the envoy is no SSH server\(said).")
        }
        guard let disagreement = hello.offer?.disagreement(with: offer) else {
            return SessionFailure(.protocolViolation, "The key exchange with the envoy's sshd failed: \(words).")
        }
        return disagreement.failure
    }

    private var closedAtLogin: SessionFailure {
        SessionFailure(
            .unauthorized,
            "The envoy's sshd closed the connection while \(user) logged in\(reason): the account may be locked or expired, see the envoy's auth log."
        )
    }

    private var closedLate: SessionFailure {
        SessionFailure(.unreachable, "The connection to the envoy's sshd was lost\(reason).")
    }

    private var refused: SessionFailure {
        if let methods, !methods.contains("publickey") {
            return SessionFailure(
                .unauthorized,
                "The envoy's sshd does not let \(user) in by a public key alone, it asks for \(Printable.words(methods.joined(separator: ", "))): see PubkeyAuthentication and AuthenticationMethods in its sshd_config."
            )
        }
        return SessionFailure(
            .unauthorized,
            "The envoy's sshd refused the session's key for \(user): see AllowUsers, AuthorizedKeysFile and StrictModes there, and its auth log."
        )
    }

    private var reason: String {
        let words = Printable.words(farewell ?? "")
        return words.isEmpty ? "" : " (“\(words)”)"
    }
}

extension KeyExchangeOffer.Disagreement {
    /// Names the line that would help: sshd takes the first of a keyword, so the line holds what it has now as well.
    var failure: SessionFailure {
        let (what, keyword, ours) =
            switch kind {
            case .keyExchange: ("key exchange methods", "KexAlgorithms", client.first)
            case .cipher: ("ciphers", "Ciphers", client.first)
            case .mac: ("MACs", "MACs", client.first)
            case .hostKey: ("host keys", "HostKeyAlgorithms", client.first)
            }
        // Some names on the list are no methods, they only say that a side knows something.
        let methods = server.filter { !$0.hasPrefix("kex-strict-") && !$0.hasPrefix("ext-info-") }
        let theirs = Printable.words(methods.joined(separator: ","), most: 400)
        guard let ours, kind != .hostKey else {
            return SessionFailure(
                .unsupported,
                "The envoy's sshd has no host key that the agent reported and libssh2 \(SSHLibrary.version) can check (it offers \(theirs)): “ssh-keygen -A” on the envoy makes an Ed25519 one."
            )
        }
        return SessionFailure(
            .unsupported,
            "The envoy's sshd allows only \(what) that libssh2 \(SSHLibrary.version) does not know: put “\(keyword) \(theirs),\(ours)” into its sshd_config."
        )
    }
}
