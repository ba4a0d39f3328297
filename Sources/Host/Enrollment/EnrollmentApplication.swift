import Foundation
import Store
import Trust
import Wire

/// A registration request whose parts have been checked: the name is a name, and whoever sent it holds both keys.
struct EnrollmentApplication {
    let hostname: Hostname
    let identityKey: [UInt8]
    let certificateRequest: CertificateRequest.Verified
    let force: Bool
    private let request: RegistrationRequest

    init(_ request: RegistrationRequest) throws(EnrollmentRefusal) {
        guard let hostname = Hostname(request.hostname) else {
            throw .malformed("the hostname is none: letters, digits, hyphens and dots, at most 253 characters")
        }
        guard AgentPlatform(os: request.os, arch: request.arch) != nil else {
            throw .malformed("os and arch are names such as linux and x86_64")
        }
        guard request.identityKey.count == 32 else {
            throw .malformed("identity_key is 32 bytes, an Ed25519 public key")
        }
        guard request.agentVersion.utf8.count <= 64, request.addresses.count <= 64 else {
            throw .malformed("agent_version or addresses is too long")
        }
        do {
            certificateRequest = try CertificateRequest.Verified(
                der: Array(request.certificateRequest),
                proof: Array(request.proof),
                identityKey: Array(request.identityKey)
            )
        } catch {
            throw .malformed("\(error)")
        }
        self.hostname = hostname
        self.request = request
        identityKey = Array(request.identityKey)
        force = request.force ?? false
    }

    /// Whether the envoy's own identity has signed this request: it is the same machine, or has its keys.
    func provesPrevious(_ envoy: EnvoyRecord) -> Bool {
        guard request.previousEnvoyID == envoy.id, let proof = request.previousProof else { return false }
        return EnvoyIdentity.isValid(
            proof,
            for: request.certificateRequest,
            context: .previousIdentity,
            publicKey: envoy.identityKey
        )
    }

    func envoy(status: EnvoyRecord.Status, from source: String, at now: Date) -> EnvoyRecord {
        let platform = AgentPlatform(os: request.os, arch: request.arch)
        return EnvoyRecord(
            id: UUID(),
            hostname: hostname.text,
            address: source,
            os: platform?.os,
            arch: platform?.arch,
            agentVersion: String(request.agentVersion.filter { $0.isASCII && !$0.isWhitespace }.prefix(64)),
            identityKey: Data(identityKey),
            enrolledAt: now,
            status: status
        )
    }
}
