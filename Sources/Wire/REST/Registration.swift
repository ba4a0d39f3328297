#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `POST /api/v1/bootstrap/register`. Data travels as base64.
package struct RegistrationRequest: Codable, Sendable, Equatable {
    package var hostname: String
    package var os: String
    package var arch: String
    package var agentVersion: String
    package var addresses: [String]
    /// Ed25519, 32 bytes.
    package var identityKey: Data
    /// PKCS #10, DER.
    package var certificateRequest: Data
    /// By the identity over the request.
    package var proof: Data
    package var token: String?
    package var force: Bool?
    package var previousEnvoyID: UUID?
    /// By the old identity over the request.
    package var previousProof: Data?

    package init(
        hostname: String,
        os: String,
        arch: String,
        agentVersion: String,
        addresses: [String],
        identityKey: Data,
        certificateRequest: Data,
        proof: Data,
        token: String? = nil,
        force: Bool? = nil,
        previousEnvoyID: UUID? = nil,
        previousProof: Data? = nil
    ) {
        self.hostname = hostname
        self.os = os
        self.arch = arch
        self.agentVersion = agentVersion
        self.addresses = addresses
        self.identityKey = identityKey
        self.certificateRequest = certificateRequest
        self.proof = proof
        self.token = token
        self.force = force
        self.previousEnvoyID = previousEnvoyID
        self.previousProof = previousProof
    }

    private enum CodingKeys: String, CodingKey {
        case hostname
        case os
        case arch
        case agentVersion = "agent_version"
        case addresses
        case identityKey = "identity_key"
        case certificateRequest = "certificate_request"
        case proof
        case token
        case force
        case previousEnvoyID = "previous_envoy_id"
        case previousProof = "previous_proof"
    }
}

/// 201: the machine is an envoy.
package struct RegistrationResponse: Codable, Sendable, Equatable {
    package var envoyID: UUID
    /// PEM chain.
    package var certificate: String
    /// PEM.
    package var ca: String
    /// Ed25519: signs check-in answers.
    package var serverIdentityKey: Data
    /// host:port of the server's agent port.
    package var agentAddress: String
    package var checkInSeconds: Int
    package var allowedPorts: [Int]?

    package init(
        envoyID: UUID,
        certificate: String,
        ca: String,
        serverIdentityKey: Data,
        agentAddress: String,
        checkInSeconds: Int,
        allowedPorts: [Int]? = nil
    ) {
        self.envoyID = envoyID
        self.certificate = certificate
        self.ca = ca
        self.serverIdentityKey = serverIdentityKey
        self.agentAddress = agentAddress
        self.checkInSeconds = checkInSeconds
        self.allowedPorts = allowedPorts
    }

    private enum CodingKeys: String, CodingKey {
        case envoyID = "envoy_id"
        case certificate
        case ca
        case serverIdentityKey = "server_identity_key"
        case agentAddress = "agent_address"
        case checkInSeconds = "check_in_seconds"
        case allowedPorts = "allowed_ports"
    }
}

/// 202: somebody has to approve first.
package struct RegistrationPending: Codable, Sendable, Equatable {
    package var pending: Bool
    package var envoyID: UUID

    package init(pending: Bool, envoyID: UUID) {
        self.pending = pending
        self.envoyID = envoyID
    }

    private enum CodingKeys: String, CodingKey {
        case pending
        case envoyID = "envoy_id"
    }
}

/// `GET /api/v1/agent/latest`: the binary that the server holds for a platform.
package struct AgentRelease: Codable, Sendable, Equatable {
    package var version: String
    package var os: String
    package var arch: String
    package var sha256: String
    package var size: Int
    /// Empty in builds that are not signed.
    package var signature: String
    package var url: String

    package init(
        version: String,
        os: String,
        arch: String,
        sha256: String,
        size: Int,
        signature: String,
        url: String
    ) {
        self.version = version
        self.os = os
        self.arch = arch
        self.sha256 = sha256
        self.size = size
        self.signature = signature
        self.url = url
    }
}
