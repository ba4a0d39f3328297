import Corpus
import Foundation
import Testing
import Trust

@testable import Operator

@Suite struct UnlockVerifierTests {
    private let verifier = try! UnlockVerifier(Secret("correct horse"), parameters: ScratchVault.quick)

    @Test func `the right passphrase matches and others do not`() throws {
        #expect(try verifier.matches(Secret("correct horse")))
        for wrong in ["", "correct hors", "correct horsf", "correct horse ", "Correct horse", "correct horse\n"] {
            #expect(try !verifier.matches(Secret(wrong)))
        }
    }

    @Test func `two verifiers of one passphrase have nothing in common`() throws {
        let other = try UnlockVerifier(Secret("correct horse"), parameters: ScratchVault.quick)
        #expect(other.file != verifier.file)
    }

    @Test func `the file holds its parameters, and nothing that was typed`() throws {
        let text = String(decoding: verifier.file, as: UTF8.self)
        for part in ["\"algorithm\" : \"argon2id\"", "\"memory_kib\" : 8", "\"iterations\" : 1", "\"lanes\" : 1"] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(!text.contains("horse"))
        #expect(UnlockVerifier(file: verifier.file) == verifier)
    }

    @Test func `a damaged file is no verifier, or one that does not match`() throws {
        let good = verifier.file
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            var bytes = good
            switch random.next() % 4 {
            case 0: bytes[Int(random.next() % UInt64(bytes.count))] ^= 1 << (random.next() % 8)
            case 1: bytes.removeLast(1 + Int(random.next() % UInt64(bytes.count)))
            case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: Int(random.next() % UInt64(bytes.count)))
            default: bytes.remove(at: Int(random.next() % UInt64(bytes.count)))
            }
            guard let read = UnlockVerifier(file: bytes) else { continue }
            // White space may change, and base64 has bits that do not count.
            #expect(try read == verifier || !read.matches(Secret("correct horse")))
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{\"version\":1}", "\u{0}",
        #"{"version":2,"algorithm":"argon2id","memory_kib":8,"iterations":1,"lanes":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA==","hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
        #"{"version":1,"algorithm":"argon2i","memory_kib":8,"iterations":1,"lanes":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA==","hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
        #"{"version":1,"algorithm":"argon2id","memory_kib":4294967295,"iterations":1,"lanes":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA==","hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
        #"{"version":1,"algorithm":"argon2id","memory_kib":8,"iterations":1,"lanes":1,"salt":"AAAA","hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#,
        #"{"version":1,"algorithm":"argon2id","memory_kib":8,"iterations":1,"lanes":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA==","hash":""}"#,
    ])
    func `what no vigocli wrote is no verifier`(text: String) {
        #expect(UnlockVerifier(file: Array(text.utf8)) == nil)
    }
}
