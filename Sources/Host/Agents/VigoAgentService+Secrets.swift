import Foundation
import GRPCCore
import Store
import Trust
import Wire

extension VigoAgentService {
    func resolveSecrets(request: Vigo_Agent_V1_Signed, context: ServerContext) async throws -> Vigo_Agent_V1_Signed {
        let envoy = try await caller(context)
        let now = policy.now()
        let asked = try asked(by: request, of: envoy, at: now)
        guard let secrets = policy.secrets else {
            throw RPCError(code: .permissionDenied, message: "this server gives no secrets to envoys")
        }
        var answer: Vigo_Agent_V1_ResolvedSecrets
        switch try await answering({ try await secrets.resolve(asked, for: envoy, at: now) }) {
        case .success(let found): answer = found
        case .failure(let refusal): throw RPCError(code: refusal.code, message: refusal.sentence)
        }
        answer.answers = Data(CheckInDigest.sha256(request.payload))
        return try signed(answer.serializedData(), .resolvedSecrets)
    }

    private func asked(by request: Vigo_Agent_V1_Signed, of envoy: EnvoyRecord, at now: Date) throws
        -> Vigo_Agent_V1_ResolveSecrets
    {
        let isSigned = EnvoyIdentity.isValid(
            request.signature,
            for: request.payload,
            context: .resolveSecrets,
            publicKey: envoy.identityKey
        )
        guard isSigned else {
            throw RPCError(code: .permissionDenied, message: "the request is not signed by this envoy's identity")
        }
        guard let asked = try? Vigo_Agent_V1_ResolveSecrets(serializedBytes: request.payload), asked.nonce.count == 32
        else { throw RPCError(code: .invalidArgument, message: "the request makes no sense") }
        guard UUID(uuidString: asked.envoyID) == envoy.id else {
            throw RPCError(code: .permissionDenied, message: "the request is another envoy's")
        }
        let difference = max(asked.time, now.milliseconds) - min(asked.time, now.milliseconds)
        guard difference <= CheckInLimits.clockAhead else {
            throw RPCError(
                code: .invalidArgument,
                message: "this machine's clock is more than 10 minutes away from the server's"
            )
        }
        return asked
    }
}

extension ResolveRefusal {
    var code: RPCError.Code {
        switch self {
        case .invalid: .invalidArgument
        case .denied: .permissionDenied
        case .missing: .notFound
        case .unavailable: .unavailable
        case .tooMany: .resourceExhausted
        }
    }
}
