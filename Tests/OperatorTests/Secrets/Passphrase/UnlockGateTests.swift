import Testing

@testable import Operator

@Suite struct UnlockGateTests {
    private let now: Int64 = 1_800_000_000
    private let day: Int64 = 86_400

    @Test func `it is open for 24 hours after its last use`() {
        let gate = UnlockGate(usedAt: now)
        #expect(gate.isOpen(at: now))
        #expect(gate.isOpen(at: now + day - 1))
        #expect(!gate.isOpen(at: now + day))
        #expect(!gate.isOpen(at: now + 10 * day))
    }

    @Test func `one that would close in more than 24 hours is closed`() {
        let gate = UnlockGate(usedAt: now)
        #expect(!gate.isOpen(at: now - 1))
        #expect(!UnlockGate(closes: now + day + 1).isOpen(at: now))
        #expect(UnlockGate(closes: now + day).isOpen(at: now))
        #expect(!UnlockGate(closes: .max).isOpen(at: now))
        #expect(!UnlockGate(closes: .max).isOpen(at: 0))
    }

    @Test func `the sentinel says when it closes`() {
        let gate = UnlockGate(usedAt: now)
        #expect(String(decoding: gate.sentinel, as: UTF8.self) == "1800086400\n")
        #expect(UnlockGate(sentinel: gate.sentinel) == gate)
        #expect(UnlockGate(sentinel: nil) == .closed)
    }

    @Test(arguments: [
        "", "\n", " 1800086400", "1800086400 ", "-1800086400", "+1800086400", "0x6b4a", "1800086400.5", "1e9", "open",
        "1800086400\n\n", "1800086400\n1", "99999999999999999999", "9223372036854775807", "١٨٠٠", "1800086400\0",
    ])
    func `a damaged sentinel is a closed gate`(text: String) {
        #expect(!UnlockGate(sentinel: Array(text.utf8)).isOpen(at: now))
    }
}
