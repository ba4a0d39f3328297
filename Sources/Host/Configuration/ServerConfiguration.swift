package import Trust

/// What server.yaml says, checked. Every value has a default, so that a server starts without any file.
package struct ServerConfiguration: Sendable {
    package var server = Server()
    package var bootstrap = Bootstrap()
    package var checkIn = CheckIn()
    package var scrier = Scrier()
    package var secrets = Secrets()
    package var web = Web()
    package var policy = Policy()

    package init() {}
}

extension ServerConfiguration {
    package struct Server: Sendable {
        /// HTTPS: REST, WebSocket, bootstrap.
        package var listen = ListenAddress(host: "0.0.0.0", port: 8443)
        /// What agents connect to.
        package var agentListen = ListenAddress(host: "0.0.0.0", port: 1530)
        /// How people and the bootstrap script reach the server, without a slash at the end; never taken from a Host header.
        package var publicURL: String?
        /// The "host:port" that agents are told to connect to.
        package var agentAddress: String?
        package var dataDirectory = "/srv/vigo"
        package var adminSocket: String?
        package var user = "vigo"
        /// X-Forwarded-For counts only when it comes from one of these.
        package var trustedProxies: [CIDR] = []
        /// Connections to the API at once.
        package var maxConnections = 4096
        /// Of one address, proxies apart.
        package var maxConnectionsPerSource = 256
        package var tls = TLS()
        package var log = Log()
    }

    /// Files below the data directory's tls/ unless they are named here.
    package struct TLS: Sendable {
        package var certificateFile: String?
        package var keyFile: String?
        package var caFile: String?
        package var caKeyFile: String?
    }

    package struct Log: Sendable {
        package enum Format: String, Sendable, CaseIterable { case logfmt, json }
        package enum Level: String, Sendable, CaseIterable { case trace, debug, info, notice, warning, error }

        package var format = Format.logfmt
        package var level = Level.info
    }

    package struct Bootstrap: Sendable {
        package var trustedEnrollment: [TrustedEnrollment] = []
        package var certificateValidity = Duration.seconds(8760 * 3600)
    }

    /// A host whose name matches and whose address lies in one of the networks enrolls without a token.
    package struct TrustedEnrollment: Sendable {
        package var pattern: HostnamePattern
        package var networks: [CIDR]

        package init(pattern: HostnamePattern, networks: [CIDR]) {
            self.pattern = pattern
            self.networks = networks
        }
    }

    package struct CheckIn: Sendable {
        package var interval = Duration.seconds(300)
    }

    package struct Scrier: Sendable {
        package enum Confinement: String, Sendable, CaseIterable {
            /// What the kernel refuses is reported, and the session goes on.
            case available
            /// What the kernel refuses ends the session.
            case strict
        }

        package var enabled = true
        package var allowedPorts: [Int] = [22, 3389, 5900]
        package var maxSessions = 10
        package var pluginDirectory: String?
        package var plugins: [String: Plugin] = [:]
        package var workerUIDs: ClosedRange<UInt32> = 61_000...61_999
        package var confinement = Confinement.available
        package var recording = Recording()
        /// How long a session waits for an operator whose connection broke.
        package var attachGrace = Duration.seconds(60)
        /// A connect has to show that the operator holds the private half of its key.
        package var requireKeyProof = false
    }

    package struct Recording: Sendable, Equatable {
        /// Every session is recorded.
        package var isEnabled = false
        /// With less than this on the disk no recorded session is opened.
        package var minimumFree: UInt64 = 1 << 30
        /// Nil: kept for ever.
        package var days: Int?
        /// All recordings together; nil: as many as the disk holds.
        package var largest: UInt64?
    }

    package struct Plugin: Sendable {
        /// Hexadecimal; a plugin file with another digest is not loaded.
        package var sha256: String?
        /// Values for the plugin's parameters, including those that no client may set.
        package var parameters: [String: String] = [:]
    }
}
