import Testing
import Trust

@testable import Operator

@Suite struct SSHAgentAnswerTests {
    private static let key = EphemeralKey.generate().publicKey.blob

    private static func identities(_ keys: [[UInt8]], count: UInt32? = nil) -> [UInt8] {
        var writer = SSHWireWriter()
        writer.raw([12])
        writer.integer(count ?? UInt32(keys.count))
        for key in keys {
            writer.string(key)
            writer.string("comment".utf8)
        }
        return writer.bytes
    }

    private static func signature(_ bytes: [UInt8]) -> [UInt8] {
        var writer = SSHWireWriter()
        writer.raw([14])
        writer.string(bytes)
        return writer.bytes
    }

    @Test func `keys are read, of kinds that nobody knows too`() throws {
        #expect(try SSHAgentAnswer.identities(Self.identities([])) == [])
        #expect(try SSHAgentAnswer.identities(Self.identities([[], [1, 2], Self.key])) == [[], [1, 2], Self.key])
    }

    @Test func `a signature is read`() throws {
        #expect(try SSHAgentAnswer.signature(Self.signature([1, 2, 3])) == [1, 2, 3])
    }

    @Test func `an agent that will not is told from one that makes no sense`() {
        #expect(throws: SSHAgentError.refused) { try SSHAgentAnswer.identities([5]) }
        #expect(throws: SSHAgentError.refused) { try SSHAgentAnswer.signature([5]) }
        #expect(throws: SSHAgentError.nonsense) { try SSHAgentAnswer.signature(Self.identities([])) }
    }

    private static let nonsense: [[UInt8]] = [
        [], [0], [6], [255], [12], [12, 0, 0], [14], [14, 0, 0, 0], [12, 0xff, 0xff, 0xff, 0xff],
        [14, 0xff, 0xff, 0xff, 0xff, 1], [12, 0, 0, 0, 1, 0, 0, 0, 9, 1], identities([key], count: 2),
        identities([key, key], count: 1), identities([key], count: .max), identities([key]) + [0], signature([1]) + [0],
        Array(repeating: 12, count: 5000), Array(repeating: 0, count: 5000),
    ]

    @Test(arguments: nonsense)
    func `nonsense is an error`(answer: [UInt8]) {
        #expect(throws: SSHAgentError.self) { try SSHAgentAnswer.identities(answer) }
        #expect(throws: SSHAgentError.self) { try SSHAgentAnswer.signature(answer) }
    }

    @Test func `no mutation of an answer crashes the parser, and what it takes is as long as what came`() {
        var state: UInt64 = 20_261_125
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let corpus =
            Self.nonsense + [Self.identities([Self.key, [1]]), Self.signature(Array(repeating: 7, count: 83))]
        for original in corpus {
            for _ in 0..<1_000 {
                var bytes = original
                for _ in 0...random(3) {
                    switch random(3) {
                    case 0 where !bytes.isEmpty: bytes[random(bytes.count)] = UInt8(random(256))
                    case 1 where !bytes.isEmpty: bytes.remove(at: random(bytes.count))
                    default: bytes.insert(UInt8(random(256)), at: random(bytes.count + 1))
                    }
                }
                if let keys = try? SSHAgentAnswer.identities(bytes) {
                    #expect(keys.reduce(0) { $0 + $1.count } <= bytes.count)
                }
                if let signature = try? SSHAgentAnswer.signature(bytes) { #expect(signature.count == bytes.count - 5) }
            }
        }
    }
}
