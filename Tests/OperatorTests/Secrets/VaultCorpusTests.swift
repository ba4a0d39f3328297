import Corpus
import Testing
import Trust

@testable import Operator

/// Files that somebody may have damaged, or made.
@Suite struct VaultCorpusTests {
    private struct Refused: Error, CustomStringConvertible {
        let description = "refused"
    }

    @Test func `whatever stands in the verifier is one or refused`() async throws {
        let complaints = try await Corpus("unlock-verifiers").complaints { bytes in
            guard let verifier = UnlockVerifier(file: bytes) else { throw Refused() }
            return verifier.file
        }
        #expect(complaints == [])
    }

    @Test func `whatever stands in the sentinel is a time or a closed gate`() async throws {
        let complaints = try await Corpus("unlock-sentinels").complaints { bytes in
            let gate = UnlockGate(sentinel: bytes)
            _ = gate.isOpen(at: 1_800_000_000)
            guard gate.closes != nil else { throw Refused() }
            return gate.sentinel
        }
        #expect(complaints == [])
    }

    /// The files were written by another program than ours, after the description of the format.
    @Test func `an archive is read as a whole, or refused`() async throws {
        let passphrase = Secret("an archive's passphrase")
        let quick: [UInt8] = [8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        let complaints = try await Corpus("secrets-archives").complaints(mutations: 2000) { bytes in
            // Not what a mutation may ask for: each would take seconds.
            var bytes = bytes
            if bytes.count >= 24 { bytes.replaceSubrange(12..<24, with: quick) }
            var rest = bytes[...]
            var reader = try ArchiveReader(passphrase) { (count) throws(OperatorError) in
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
            while try reader.next() != nil {}
            // There is one way to write each.
            return bytes
        }
        #expect(complaints == [])
    }
}
