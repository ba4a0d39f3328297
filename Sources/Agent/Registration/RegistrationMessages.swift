/// What `POST /api/v1/bootstrap/register` takes; byte strings are base64.
struct RegistrationRequest: Codable, Sendable {
    var hostname: String
    var os: String
    var arch: String
    var agentVersion: String
    var addresses: [String]
    var identityKey: String
    var certificateRequest: String
    var proof: String
    var token: String?
    var force: Bool?
    var previousEnvoyID: String?
    var previousProof: String?

    enum CodingKeys: String, CodingKey {
        case hostname, os, arch, addresses, proof, token, force
        case agentVersion = "agent_version"
        case identityKey = "identity_key"
        case certificateRequest = "certificate_request"
        case previousEnvoyID = "previous_envoy_id"
        case previousProof = "previous_proof"
    }
}

/// The answer to a machine that is an envoy now.
struct RegistrationResponse: Codable, Sendable {
    var envoyID: String
    var certificate: String
    var ca: String
    var serverIdentityKey: String
    var agentAddress: String
    var checkInSeconds: Int

    enum CodingKeys: String, CodingKey {
        case certificate, ca
        case envoyID = "envoy_id"
        case serverIdentityKey = "server_identity_key"
        case agentAddress = "agent_address"
        case checkInSeconds = "check_in_seconds"
    }
}

/// The answer to a machine that somebody has to approve first.
struct RegistrationPending: Codable, Sendable {
    var envoyID: String?

    enum CodingKeys: String, CodingKey {
        case envoyID = "envoy_id"
    }
}

/// How the server says no.
struct RegistrationRefusal: Codable, Sendable {
    struct Detail: Codable, Sendable {
        var code: String
        var message: String
    }

    var error: Detail
}
