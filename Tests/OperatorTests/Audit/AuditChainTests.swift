import Corpus
import Crypto
import Foundation
import Testing

@testable import Operator

@Suite struct AuditChainTests {
    /// Lines as a server exports them, each hashed here from text that is written out by hand.
    private func log(_ count: Int) -> [String] {
        var previous = String(repeating: "0", count: 64)
        return (1...count).map { sequence in
            let core = #"{"action":"scrier.connect","actor":"dän\t\"x\"","details":{"a":"1","b":"/"},"previous_hash":""#
            let canonical =
                core + previous + #"","sequence":\#(sequence),"subject":"web","time":"2026-05-05T13:03:00.000Z"}"#
            let hash = SHA256.hash(data: Data(canonical.utf8)).map { String(Int($0) + 256, radix: 16).suffix(2) }
                .joined()
            previous = hash
            return canonical.dropLast() + #","hash":"\#(hash)"}"#
        }
    }

    private func verify(_ lines: [String]) -> (Bool, Int?) {
        let answer = AuditChain.verify(Data(lines.joined(separator: "\n").utf8))
        return (answer.valid, answer.firstBroken)
    }

    @Test func `a log as it was written is whole`() {
        let answer = AuditChain.verify(Data((log(3).joined(separator: "\n") + "\n").utf8))
        #expect(answer.valid)
        #expect(answer.records == 3)
        #expect(answer.headHash?.count == 64)
        #expect(AuditChain.verify(Data()).valid)
    }

    @Test func `the first record that was changed is named`() {
        var lines = log(4)
        lines[2] = lines[2].replacing("web", with: "db")
        #expect(verify(lines) == (false, 3))
    }

    @Test func `a record that was taken out, doubled, moved or broken is noticed`() {
        let lines = log(4)
        #expect(verify([lines[0], lines[2], lines[3]]) == (false, 2))
        #expect(verify(Array(lines.dropFirst())) == (false, 1))
        #expect(verify([lines[0], lines[0]]) == (false, 2))
        #expect(verify([lines[0], lines[2], lines[1]]) == (false, 2))
        #expect(verify([lines[0], "{}"]) == (false, 2))
        #expect(verify([lines[0], "nonsense"]) == (false, 2))
    }

    /// Layout may change, and records may be missing at the end, which only the head that was kept elsewhere tells.
    @Test func `no mutation of a log passes for another log`() {
        let lines = log(5)
        func text(_ count: Int) -> Data { Data(lines.prefix(count).joined(separator: "\n").utf8) }
        let heads = (0...5).map { AuditChain.verify(text($0)).headHash }
        var mutator = Mutator([Array(text(5))], seed: "audit log")
        for _ in 0..<3000 {
            let bytes = mutator.next()
            let answer = AuditChain.verify(Data(bytes))
            if answer.valid {
                #expect(answer.records <= 5 && answer.headHash == heads[answer.records])
            } else {
                #expect(answer.problem?.isEmpty == false && answer.firstBroken == answer.records + 1)
            }
        }
    }
}
