import Crypto
import FoundationEssentials
import Trust
import Wire

/// One request for secrets: what the agent asks, and what it believes of the answer. Decides; sends and stores nothing.
struct SecretsExchange {
    let envoy: String
    let identity: EnvoyIdentity
    let serverKey: [UInt8]

    enum Failure: Error, Equatable, CustomStringConvertible {
        case signature
        case nonsense
        case foreign
        case old
        case incomplete

        var description: String {
            switch self {
            case .signature: "the secrets are not signed by the server that this machine enrolled with"
            case .nonsense: "the server's answer holds no secrets"
            case .foreign: "the server's answer belongs to another request"
            case .old: "the server's secrets are of an epoch that is over"
            case .incomplete: "the server's answer holds other secrets than were asked for"
            }
        }
    }

    /// What one call takes: as many references, and bytes of them, as the server reads.
    private static let mostReferences = 256
    private static let mostBytes = 48 << 10
    static let mostCalls = 64

    static func batch(_ keys: [SecretKey]) -> [SecretKey] {
        var size = 0
        return Array(
            keys.prefix(mostReferences).prefix { key in
                size += key.description.utf8.count + 8
                return size <= mostBytes
            }
        )
    }

    func request(_ keys: [SecretKey], epoch: UInt64, now: UInt64, nonce: [UInt8] = RandomToken.random(32)) throws
        -> Vigo_Agent_V1_Signed
    {
        let message = Vigo_Agent_V1_ResolveSecrets.with {
            $0.envoyID = envoy
            $0.time = now
            $0.nonce = Data(nonce)
            $0.secretsEpoch = epoch
            $0.references = keys.map(\.description)
        }
        let payload: [UInt8] = try message.serializedBytes()
        let signature = try identity.sign(payload, context: .resolveSecrets)
        return .with {
            $0.payload = Data(payload)
            $0.signature = Data(signature)
        }
    }

    func verify(_ answer: Vigo_Agent_V1_Signed, to request: Vigo_Agent_V1_Signed) throws -> HeldSecrets {
        let isSigned = EnvoyIdentity.isValid(
            Array(answer.signature),
            for: Array(answer.payload),
            context: .resolvedSecrets,
            publicKey: serverKey
        )
        guard isSigned else { throw Failure.signature }
        guard let message = try? Vigo_Agent_V1_ResolvedSecrets(serializedBytes: Array(answer.payload)),
            let asked = try? Vigo_Agent_V1_ResolveSecrets(serializedBytes: Array(request.payload))
        else { throw Failure.nonsense }
        guard Array(message.answers) == Array(SHA256.hash(data: request.payload)) else { throw Failure.foreign }
        guard message.secretsEpoch >= asked.secretsEpoch else { throw Failure.old }
        guard message.secrets.map(\.reference) == asked.references else { throw Failure.incomplete }
        var values: [SecretKey: Secret] = [:]
        for secret in message.secrets {
            guard let key = SecretKey(secret.reference) else { throw Failure.incomplete }
            values[key] = Secret(secret.value)
        }
        return HeldSecrets(epoch: message.secretsEpoch, values: values)
    }
}
