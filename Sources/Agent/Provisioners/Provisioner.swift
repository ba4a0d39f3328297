import Wire

/// Gives a session one thing that its plugin needs of this machine. The agent knows needs by name, and no protocol.
protocol Provisioner: Sendable {
    var need: String { get }

    func provision(_ parameters: [String: String], for session: ProvisioningSession) async throws(ProvisionFailure)
        -> Provisioned
}

/// The session that something is provisioned for.
struct ProvisioningSession: Sendable {
    let id: String
    let envoy: String
    let port: AllowedPort
}

/// What the plugin gets, and how it is taken back.
struct Provisioned: Sendable {
    var parameters: [String: String]
    /// Taken back as soon as the login has succeeded, and in any case when the session ends. May be called twice.
    var release: (@Sendable () async -> Void)?
}

/// Why a need is not met: a code for the server, a sentence for the operator.
struct ProvisionFailure: Error, Equatable {
    let code: Vigo_Agent_V1_TunnelOpenFailed.Code
    let reason: String

    init(_ code: Vigo_Agent_V1_TunnelOpenFailed.Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    init(_ reason: String) {
        self.init(.needFailed, reason)
    }
}
