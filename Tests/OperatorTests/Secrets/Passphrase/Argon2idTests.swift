import Testing
import Trust

@testable import Operator

@Suite struct Argon2idTests {
    private func hex(_ text: String) -> [UInt8] {
        text.split(separator: " ").map { UInt8($0, radix: 16)! }
    }

    /// RFC 9106, section 5.3.
    @Test func `the test vector of the RFC comes out`() throws {
        let parameters = try #require(Argon2id(memoryKiB: 32, iterations: 3, lanes: 4))
        let tag = try parameters.key(
            from: Secret([UInt8](repeating: 1, count: 32)),
            salt: [UInt8](repeating: 2, count: 16),
            secret: Secret([UInt8](repeating: 3, count: 8)),
            associated: [UInt8](repeating: 4, count: 12),
            count: 32
        )
        let expected = hex(
            "0d 64 0d f5 8d 78 76 6c 08 c0 37 a3 4a 8b 53 c9 d0 1e f0 45 2d 75 b6 5e b5 25 20 e9 6b 01 e6 59"
        )
        #expect(tag.matches(expected))
    }

    @Test func `what is recommended is what the RFC recommends`() {
        #expect(Argon2id.recommended == Argon2id(memoryKiB: 65_536, iterations: 3, lanes: 4))
    }

    @Test func `another passphrase, salt, purpose or parameter makes another key`() throws {
        let quick = ScratchVault.quick
        let salt = [UInt8](repeating: 7, count: 16)
        let key = try quick.key(from: Secret("a"), salt: salt, purpose: "x").withBytes { Array($0) }
        let others = [
            try quick.key(from: Secret("b"), salt: salt, purpose: "x"),
            try quick.key(from: Secret("a"), salt: [UInt8](repeating: 8, count: 16), purpose: "x"),
            try quick.key(from: Secret("a"), salt: salt, purpose: "y"),
            try Argon2id(memoryKiB: 8, iterations: 2, lanes: 1)!.key(from: Secret("a"), salt: salt, purpose: "x"),
            try Argon2id(memoryKiB: 16, iterations: 1, lanes: 1)!.key(from: Secret("a"), salt: salt, purpose: "x"),
        ]
        #expect(try quick.key(from: Secret("a"), salt: salt, purpose: "x").matches(key))
        for other in others { #expect(!other.matches(key)) }
    }

    @Test(
        arguments: [
            (0, 1, 1), (7, 1, 1), (8, 0, 1), (8, 1, 0), (8, 17, 1), (31, 1, 4), (136, 1, 17), (2_097_153, 1, 1),
            (4_294_967_295, 1, 1), (8, 4_294_967_295, 1), (4_294_967_295, 1, 4_294_967_295),
        ] as [(UInt32, UInt32, UInt32)]
    )
    func `parameters that are no Argon2, or would keep a machine busy, are none`(
        memory: UInt32,
        iterations: UInt32,
        lanes: UInt32
    ) {
        #expect(Argon2id(memoryKiB: memory, iterations: iterations, lanes: lanes) == nil)
    }
}
