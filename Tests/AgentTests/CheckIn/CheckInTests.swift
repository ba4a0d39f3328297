import Crypto
import Foundation
import Testing
import Trust
import Wire

@testable import Agent

@Suite struct CheckInTests {
    private let server = EnvoyIdentity()
    private let envoy = EnvoyIdentity()
    private let machine = ThisMachine(hostname: "web", os: "linux", arch: "x86_64")

    private var exchange: CheckInExchange {
        CheckInExchange(envoy: "e", identity: envoy, serverKey: server.publicKey)
    }

    private func answer(
        to request: Vigo_Agent_V1_Signed,
        time: UInt64 = 10,
        by signer: EnvoyIdentity? = nil,
        context: SignatureContext = .checkInAnswer
    ) throws -> Vigo_Agent_V1_Signed {
        let message = Vigo_Agent_V1_CheckInAnswer.with {
            $0.answers = Data(SHA256.hash(data: request.payload))
            $0.time = time
        }
        let payload: [UInt8] = try message.serializedBytes()
        let signature = try (signer ?? server).sign(payload, context: context)
        return .with {
            $0.payload = Data(payload)
            $0.signature = Data(signature)
        }
    }

    @Test func `time rises from check-in to check-in, even when the clock goes back`() throws {
        var memory = CheckInMemory()
        for (now, expected) in [(100, 100), (100, 101), (50, 102), (500, 500)] as [(UInt64, UInt64)] {
            let request = try exchange.request(machine, allowedPorts: [22], now: now, memory: &memory)
            #expect(try Vigo_Agent_V1_CheckIn(serializedBytes: Array(request.payload)).time == expected)
        }
    }

    @Test func `only the enrolled server's answer to this very check-in counts`() throws {
        var memory = CheckInMemory()
        let request = try exchange.request(machine, allowedPorts: [], now: 1, memory: &memory)
        let other = try exchange.request(machine, allowedPorts: [], now: 2, memory: &memory)
        #expect(throws: Never.self) { try exchange.verify(answer(to: request), to: request, memory: memory) }
        #expect(throws: CheckInExchange.Failure.foreign) {
            try exchange.verify(answer(to: other), to: request, memory: memory)
        }
        #expect(throws: CheckInExchange.Failure.signature) {
            try exchange.verify(answer(to: request, by: envoy), to: request, memory: memory)
        }
        #expect(throws: CheckInExchange.Failure.signature) {
            try exchange.verify(answer(to: request, context: .checkIn), to: request, memory: memory)
        }
        memory.answerTime = 11
        #expect(throws: CheckInExchange.Failure.old) {
            try exchange.verify(answer(to: request), to: request, memory: memory)
        }
    }

    @Test func `a log that shrank or changed is reported again and again`() {
        var memory = CheckInMemory()
        #expect(memory.note(.init(sequence: 5, hash: [5])) == .fine)
        #expect(memory.note(.init(sequence: 7, hash: [7])) == .fine)
        for shown in [CheckInMemory.Head(sequence: 6, hash: [6]), .init(sequence: 7, hash: [8])] {
            for _ in 0..<2 {
                #expect(memory.note(shown) == .shrunk(seen: .init(sequence: 7, hash: [7]), shown: shown))
            }
        }
        #expect(memory.note(.init(sequence: 8, hash: [8])) == .fine)
    }

    @Test func `memory survives a restart, and nonsense in its file is forgotten`() {
        var memory = CheckInMemory()
        memory.time = 7
        memory.answerTime = 9
        memory.head = .init(sequence: 3, hash: [1, 2])
        memory.serverPorts = [22, 80]
        memory.secretsEpoch = 1_800_000_000
        #expect(CheckInMemory(parsing: memory.text) == memory)
        #expect(CheckInMemory(parsing: "time = soon\n\0garbage") == CheckInMemory())
    }

    @Test func `renewal is due with a third of the time left, or a little earlier`() {
        let start = Date(timeIntervalSince1970: 0)
        let end = Date(timeIntervalSince1970: 90_000)
        let late = RenewalSchedule(notBefore: start, notAfter: end, jitter: 0)
        #expect(!late.isDue(at: Date(timeIntervalSince1970: 59_999)))
        #expect(late.isDue(at: Date(timeIntervalSince1970: 60_000)))
        let early = RenewalSchedule(notBefore: start, notAfter: end, jitter: 1)
        #expect(early.isDue(at: Date(timeIntervalSince1970: 55_500)))
    }
}
