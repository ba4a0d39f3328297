import Foundation
import GRPCCore
import Logging
import Store
import Trust
import Wire

/// What agents call on port 1530. Each call's envoy is the one whose certificate opened the connection.
struct VigoAgentService: Vigo_Agent_V1_VigoAgent.SimpleServiceProtocol {
    let store: Store
    let authority: CertificateAuthority
    let identity: EnvoyIdentity
    let registry: AgentRegistry
    let tunnels: Tunnels
    let updates: AgentUpdates
    let policy: AgentPolicy
    let logger: Logger
    let renewals = EnvoyLimiter()
    /// Each one is a write that waits for the disk.
    let checkIns = EnvoyLimiter(limit: 120, window: 60)

    func checkIn(request: Vigo_Agent_V1_Signed, context: ServerContext) async throws -> Vigo_Agent_V1_Signed {
        let envoy = try await caller(context)
        let now = policy.now()
        guard checkIns.admits(envoy.id, at: now) else {
            throw RPCError(code: .resourceExhausted, message: "too many check-ins of this envoy; try again later")
        }
        let checkIn = try verified(request, of: envoy, at: now)
        let address = Self.address(context)
        guard try await answering({ try await store.checkIn(checkIn, of: envoy.id, address: address, at: now) }) else {
            throw RPCError(code: .aborted, message: "this check-in is not later than the last one; is the clock right?")
        }
        let head = try await answering { try await store.auditHead() }
        var answer = Vigo_Agent_V1_CheckInAnswer()
        answer.answers = Data(CheckInDigest.sha256(request.payload))
        answer.time = now.milliseconds
        answer.intervalSeconds = UInt32(clamping: policy.checkInInterval.components.seconds)
        answer.head.sequence = UInt64(head.sequence)
        answer.head.hash = Hexadecimal.data(head.hash)
        answer.allowedPorts = policy.allowedPorts.map(UInt32.init)
        if let secrets = policy.secrets { answer.policy = secrets.bundle(of: envoy) }
        return try signed(answer.serializedData(), .checkInAnswer)
    }

    func signed(_ payload: Data, _ context: SignatureContext) throws -> Vigo_Agent_V1_Signed {
        var signed = Vigo_Agent_V1_Signed()
        signed.payload = payload
        signed.signature = Data(try identity.sign(payload, context: context))
        return signed
    }

    func renewCertificate(
        request: Vigo_Agent_V1_RenewCertificateRequest,
        context: ServerContext
    ) async throws -> Vigo_Agent_V1_RenewCertificateResponse {
        let envoy = try await caller(context)
        let verified: CertificateRequest.Verified
        do {
            verified = try CertificateRequest.Verified(
                der: Array(request.certificateRequest),
                proof: Array(request.proof),
                identityKey: Array(envoy.identityKey)
            )
        } catch {
            throw RPCError(code: .invalidArgument, message: "\(error)")
        }
        guard renewals.admits(envoy.id, at: policy.now()) else {
            throw RPCError(code: .resourceExhausted, message: "too many certificates for this envoy; try again later")
        }
        let issued = try authority.issueEnvoyCertificate(
            for: verified,
            envoyID: envoy.id,
            validity: policy.certificateValidity,
            now: policy.now()
        )
        let event = AuditEvent(
            .envoyCertificateRenewed,
            actor: "envoy:\(envoy.hostname)",
            subject: envoy.id.lowercased,
            details: ["serial": issued.serial]
        )
        try await answering {
            try await store.setCertificate(
                of: envoy.id,
                serial: issued.serial,
                notAfter: issued.notValidAfter,
                audit: [event]
            )
        }
        var response = Vigo_Agent_V1_RenewCertificateResponse()
        response.certificateChain = issued.pem
        return response
    }

    /// The envoy at the other end, as long as it may do anything here.
    func caller(_ context: ServerContext) async throws -> EnvoyRecord {
        guard let id = registry.connections.envoy(remote: context.remotePeer, local: context.localPeer) else {
            throw RPCError(code: .unauthenticated, message: "this connection has shown no certificate")
        }
        guard let envoy = try await answering({ try await store.envoy(id) }), envoy.status == .active else {
            throw RPCError(code: .permissionDenied, message: "this envoy is not enrolled, or was revoked")
        }
        return envoy
    }

    /// What went wrong inside stays inside: the agent is told that it may try again.
    func answering<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch {
            logger.error("an agent's call failed", metadata: ["error": "\(error)"])
            throw RPCError(code: .unavailable, message: "the server cannot answer now")
        }
    }

    private func verified(_ request: Vigo_Agent_V1_Signed, of envoy: EnvoyRecord, at now: Date) throws
        -> Vigo_Agent_V1_CheckIn
    {
        guard request.payload.count <= CheckInLimits.payload else {
            throw RPCError(
                code: .invalidArgument,
                message: "the check-in is larger than \(CheckInLimits.payload) bytes"
            )
        }
        guard
            EnvoyIdentity.isValid(
                request.signature,
                for: request.payload,
                context: .checkIn,
                publicKey: envoy.identityKey
            )
        else {
            throw RPCError(code: .permissionDenied, message: "the check-in is not signed by this envoy's identity")
        }
        guard let checkIn = try? Vigo_Agent_V1_CheckIn(serializedBytes: request.payload) else {
            throw RPCError(code: .invalidArgument, message: "the check-in makes no sense")
        }
        guard UUID(uuidString: checkIn.envoyID) == envoy.id else {
            throw RPCError(code: .permissionDenied, message: "the check-in is another envoy's")
        }
        // A clock far ahead, once believed, would shut the envoy out after it was put right.
        guard checkIn.time <= now.milliseconds + CheckInLimits.clockAhead else {
            throw RPCError(
                code: .invalidArgument,
                message: "this machine's clock is more than 10 minutes ahead of the server's"
            )
        }
        return checkIn
    }

    private static func address(_ context: ServerContext) -> String {
        let peer = context.remotePeer
        guard let start = peer.firstIndex(of: ":"), let end = peer.lastIndex(of: ":"), start < end else { return peer }
        return peer[peer.index(after: start)..<end].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }
}
