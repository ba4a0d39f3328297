import PluginKit

/// The sentences on the server, in one place.
extension ExchangeRefusal {
    static func sealed(_ address: ServerAddress) -> Self {
        Self(.sealed, "the OpenBao server at \(address.url) is sealed: “bao operator unseal” opens it")
    }

    static func notInitialized(_ address: ServerAddress) -> Self {
        Self(
            .unavailable,
            "the OpenBao server at \(address.url) was never initialized: “bao operator init” does that"
        )
    }

    static func standby(_ address: ServerAddress) -> Self {
        Self(
            .unavailable,
            "the OpenBao server at \(address.url) sends us to another one: secrets.endpoints of server.yaml must lead to the active server, or to one that forwards requests"
        )
    }

    /// - Parameter capability: as a policy names it.
    static func denied(_ path: String, _ capability: String) -> Self {
        Self(
            .denied,
            "the OpenBao server does not let us \(capability) \(path): a policy of our token must hold the capability “\(capability)” there"
        )
    }

    static func refusedLogin(_ settings: Settings, _ words: String) -> Self {
        let reason = words.isEmpty ? "" : " (“\(words)”)"
        let way =
            switch settings.method {
            case .token: "the token in the credentials file"
            case .appRole:
                "the login to auth/\(settings.authMount) with the role id and the secret id in the credentials file"
            case .userPass(let username):
                "the login of \(username) to auth/\(settings.authMount) with the password in the credentials file"
            }
        return Self(
            .denied,
            "the OpenBao server refuses \(way)\(reason): put a \(settings.method.credentials) that is valid into that file, it is read again within a minute"
        )
    }

    static func notVersionTwo(_ mount: String) -> Self {
        Self(
            .unsupported,
            "the mount \(mount) of the OpenBao server is no KV store of version 2: “bao secrets enable -path=… -version=2 kv” makes one, the parameter mount names it"
        )
    }

    static func transfer(_ error: TransferError, _ address: ServerAddress, isUnclear: Bool) -> Self {
        let words = Printable.words(error.message)
        if error.kind == .untrusted {
            return Self(
                .untrusted,
                "the server at \(address.url) cannot prove that it is the OpenBao server (\(words)): compare the parameters address and ca with its certificate"
            )
        }
        let what =
            switch error.kind {
            case .unreachable: "cannot be reached"
            case .timedOut: "did not answer in time"
            case .cut: "ended the connection"
            case .tooLarge: "answers more than we ask for"
            case .nonsense, .untrusted: "does not speak HTTP as it should"
            }
        let doubt = isUnclear ? "; whether the change was made is not known" : ""
        return Self(.unavailable, "the OpenBao server at \(address.url) \(what) (\(words))\(doubt)")
    }

    static func late(_ address: ServerAddress) -> Self {
        Self(.unavailable, "the OpenBao server at \(address.url) did not answer in time")
    }

    static func busy(_ address: ServerAddress, status: Int, _ words: String) -> Self {
        let reason = words.isEmpty ? "" : " (“\(words)”)"
        return Self(
            .unavailable,
            "the OpenBao server at \(address.url) cannot serve us, it answers \(status)\(reason)"
        )
    }

    static func nonsense(_ address: ServerAddress) -> Self {
        Self(
            .unavailable,
            "what answers at \(address.url) is no OpenBao server, or one that we do not understand"
        )
    }

    static let tooLargeForServer = Self(
        .tooLarge,
        "the value is too large for the OpenBao server: see max_entry_size of its storage and max_request_size of its listener"
    )

    /// The reason for the end of a whole session.
    func ending(_ status: Status) -> SessionFailure {
        SessionFailure(status, sentence.prefix(1).uppercased() + sentence.dropFirst() + ".")
    }
}
