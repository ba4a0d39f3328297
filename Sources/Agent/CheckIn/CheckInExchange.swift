import Crypto
import FoundationEssentials
import Trust
import Wire

/// One check-in: what the agent says, and what it believes of the answer. Decides; sends and stores nothing.
struct CheckInExchange {
    let envoy: String
    let identity: EnvoyIdentity
    let serverKey: [UInt8]

    enum Failure: Error, Equatable, CustomStringConvertible {
        case signature
        case nonsense
        case foreign
        case old

        var description: String {
            switch self {
            case .signature: "the server's answer is not signed by the server that this machine enrolled with"
            case .nonsense: "the server's answer is no check-in answer"
            case .foreign: "the server's answer belongs to another check-in"
            case .old: "the server's answer is older than one before it"
            }
        }
    }

    /// Signs a check-in and takes its time into `memory`: store that before sending.
    func request(_ machine: ThisMachine, allowedPorts: Set<Int>, now: UInt64, memory: inout CheckInMemory) throws
        -> Vigo_Agent_V1_Signed
    {
        memory.time = max(now, memory.time + 1)
        let message = Vigo_Agent_V1_CheckIn.with {
            $0.envoyID = envoy
            $0.time = memory.time
            $0.hostname = machine.hostname
            $0.agentVersion = AgentVersion.current
            $0.os = machine.os
            $0.arch = machine.arch
            $0.addresses = ThisMachine.addresses
            $0.allowedPorts = allowedPorts.sorted().map(UInt32.init)
            if let head = memory.head {
                $0.seen.sequence = head.sequence
                $0.seen.hash = Data(head.hash)
            }
        }
        let payload: [UInt8] = try message.serializedBytes()
        let signature = try identity.sign(payload, context: .checkIn)
        return .with {
            $0.payload = Data(payload)
            $0.signature = Data(signature)
        }
    }

    func verify(_ answer: Vigo_Agent_V1_Signed, to request: Vigo_Agent_V1_Signed, memory: CheckInMemory)
        throws(Failure) -> Vigo_Agent_V1_CheckInAnswer
    {
        let isSigned = EnvoyIdentity.isValid(
            Array(answer.signature),
            for: Array(answer.payload),
            context: .checkInAnswer,
            publicKey: serverKey
        )
        guard isSigned else { throw .signature }
        guard let message = try? Vigo_Agent_V1_CheckInAnswer(serializedBytes: Array(answer.payload)) else {
            throw .nonsense
        }
        guard Array(message.answers) == Array(SHA256.hash(data: request.payload)) else { throw .foreign }
        guard message.time >= memory.answerTime else { throw .old }
        return message
    }
}
