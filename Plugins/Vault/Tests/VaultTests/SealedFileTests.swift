import Foundation
import PluginKit
import Testing

@testable import Vault

@Suite struct SealedFileTests {
    static var keys: KeyRing { try! KeyRing(current: key(VaultFolder.firstKey), next: nil) }

    static func key(_ bytes: [UInt8]) throws -> MasterKey {
        try bytes.withUnsafeBytes { try MasterKey($0, named: "test key") }
    }

    static func seal(_ value: [UInt8], as name: String, with keys: KeyRing = keys) throws -> [UInt8] {
        var file = [UInt8](repeating: 0, count: SealedHeader.fixedSize + 512 + value.count + 16)
        let count = try value.withUnsafeBytes { value in
            try file.withUnsafeMutableBytes {
                try SealedFile.seal(value, as: SecretKey(name)!, with: keys.newest, into: $0)
            }
        }
        return Array(file[..<count])
    }

    static func open(_ file: [UInt8], as name: String, with keys: KeyRing = keys) -> Result<[UInt8], SealProblem> {
        file.withUnsafeBytes { file in
            do throws(SealProblem) {
                let header = try SealedFile.check(file)
                var value = [UInt8](repeating: 0, count: header.valueCount)
                let result = value.withUnsafeMutableBytes { value in
                    Result { () throws(SealProblem) in
                        try SealedFile.open(file, header, as: SecretKey(name), with: keys, into: value)
                    }
                }
                return result.map { value }
            } catch {
                return .failure(error)
            }
        }
    }

    private func isDamaged(_ result: Result<[UInt8], SealProblem>) -> Bool {
        if case .failure = result { true } else { false }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1000, 1 << 20])
    func `what was sealed opens again`(count: Int) throws {
        let value = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let file = try Self.seal(value, as: "a/b")
        #expect(file.count == 36 + 3 + count + 16)
        #expect(Self.open(file, as: "a/b") == .success(value))
    }

    @Test func `a file of the first version stays readable`() throws {
        // Sealed once, kept for ever: name a/b, value "kept", key 1…32.
        let kept = Hex.decode(
            try String(contentsOf: Self.corpus.appending(path: "kept-1.hex"), encoding: .utf8).trimmed
        )!
        #expect(Self.open(kept, as: "a/b") == .success(Array("kept".utf8)))
    }

    @Test func `no two files of the same value are alike`() throws {
        let files = try (0..<200).map { _ in try Self.seal(Array("same".utf8), as: "a") }
        #expect(Set(files).count == 200)
        #expect(Set(files.map { Array($0[SealedHeader.nonce]) }).count == 200)
    }

    @Test func `one bit anywhere, and it does not open`() throws {
        let file = try Self.seal(Array("value".utf8), as: "a/b")
        for index in file.indices {
            for bit in 0..<8 {
                var changed = file
                changed[index] ^= 1 << bit
                #expect(isDamaged(Self.open(changed, as: "a/b")), "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `each byte of the header says what is wrong with it`() throws {
        let file = try Self.seal(Array("value".utf8), as: "a/b")
        func problem(_ index: Int) -> SealProblem? {
            var changed = file
            changed[index] ^= 0x40
            guard case .failure(let problem) = Self.open(changed, as: "a/b") else { return nil }
            return problem
        }
        for index in 0..<8 { #expect(problem(index) == .foreign) }
        #expect(problem(8) == .unknownVersion(0x41))
        #expect(problem(9) == .unknownAlgorithm(0x41))
        for index in 12..<20 {
            guard case .unknownKey = problem(index) else {
                Issue.record("byte \(index): \(String(describing: problem(index)))")
                continue
            }
        }
        for index in 20..<32 { #expect(problem(index) == .damaged) }
        for index in 36..<39 { #expect(problem(index) == .damaged) }
    }

    @Test func `a file cut short at any length does not open, nor one with more behind it`() throws {
        let file = try Self.seal(Array("value".utf8), as: "a/b")
        for count in 0..<file.count {
            let result = Self.open(Array(file[..<count]), as: "a/b")
            #expect(result == .failure(count == 0 ? .foreign : .cutShort), "\(count)")
        }
        #expect(Self.open(file + [0], as: "a/b") == .failure(.tooLong))
    }

    @Test func `a file in the place of another one says whose it is`() throws {
        let file = try Self.seal(Array("value".utf8), as: "a/b")
        #expect(Self.open(file, as: "a/c") == .failure(.holds(SecretKey("a/b")!)))
        // With the name changed too it is only damaged: a name counts when its seal is good.
        var renamed = file
        renamed[38] = UInt8(ascii: "c")
        #expect(Self.open(renamed, as: "a/c") == .failure(.damaged))
        #expect(Self.open(renamed, as: "a/b") == .failure(.damaged))
    }

    @Test func `another key does not open it, and is named`() throws {
        let file = try Self.seal(Array("value".utf8), as: "a")
        let others = try KeyRing(current: Self.key(VaultFolder.secondKey), next: nil)
        #expect(Self.open(file, as: "a", with: others) == .failure(.unknownKey(Self.keys.newest.id)))
        let both = try KeyRing(current: Self.key(VaultFolder.firstKey), next: Self.key(VaultFolder.secondKey))
        #expect(Self.open(file, as: "a", with: both) == .success(Array("value".utf8)))
        #expect(both.newest.id == others.newest.id)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `a key of the wrong length is refused`(count: Int) {
        #expect(throws: SessionFailure.self) { try Self.key([UInt8](repeating: 1, count: count)) }
    }

    private static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    @Test func `nothing of the corpus opens, and nothing ends the process`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("broken-") }
        #expect(files.count >= 12)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            let bytes = try #require(Hex.decode(text.filter { !$0.isWhitespace }), "\(file.lastPathComponent)")
            #expect(isDamaged(Self.open(bytes, as: "a/b")), "\(file.lastPathComponent)")
        }
    }

    @Test func `whatever a seed makes of a file, it does not open`() throws {
        let file = try Self.seal(Array("a value of some length".utf8), as: "a/b")
        var state: UInt64 = 0x5EED
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        for _ in 0..<5000 {
            var changed = file
            for _ in 0...next(4) {
                switch next(4) {
                case 0: changed[next(changed.count)] ^= UInt8(1 + next(255))
                case 1: changed.remove(at: next(changed.count))
                case 2: changed.insert(UInt8(next(256)), at: next(changed.count))
                default: changed.swapAt(next(changed.count), next(changed.count))
                }
            }
            #expect(changed == file || isDamaged(Self.open(changed, as: "a/b")))
        }
    }
}

extension String {
    fileprivate var trimmed: String { filter { !$0.isWhitespace } }
}
