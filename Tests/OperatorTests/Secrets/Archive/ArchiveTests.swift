import Corpus
import Foundation
import Testing
import Trust

@testable import Operator

@Suite struct ArchiveTests {
    private static let passphrase = Secret("an archive's passphrase")

    private func write(_ secrets: [(String, [UInt8])]) throws -> [UInt8] {
        let bytes = Bytes()
        var writer = try ArchiveWriter(Self.passphrase, parameters: ScratchVault.quick) { bytes.all += $0 }
        for (key, value) in secrets { try writer.append(SecretKey(key)!, Secret(value)) }
        try writer.finish()
        return bytes.all
    }

    private func read(_ archive: [UInt8], _ passphrase: Secret = Self.passphrase) throws -> [(String, [UInt8])] {
        let bytes = Bytes(archive)
        var reader = try ArchiveReader(passphrase, read: bytes.take)
        var secrets: [(String, [UInt8])] = []
        while let (key, value) = try reader.next() { secrets.append((key.description, value.withBytes { Array($0) })) }
        return secrets
    }

    private final class Bytes {
        var all: [UInt8]

        init(_ all: [UInt8] = []) { self.all = all }

        func take(_ count: Int) throws(OperatorError) -> [UInt8] {
            defer { all.removeFirst(min(count, all.count)) }
            return Array(all.prefix(count))
        }
    }

    private static func value(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) } }

    /// Around the ends of chunks: 4 + 1 + 4 bytes go before the value, 12 behind.
    @Test(arguments: [0, 1, 100, 65_514, 65_515, 65_516, 65_526, 65_527, 65_528, 131_051, 131_063, 1 << 20])
    func `what went in comes out, byte for byte`(size: Int) throws {
        let archive = try write([("k", Self.value(size))])
        let secrets = try read(archive)
        #expect(secrets.count == 1 && secrets[0].0 == "k" && secrets[0].1 == Self.value(size))
        #expect(archive.count < size + 72 + 21 + 18 * 16)
    }

    @Test func `an empty vault makes an archive too, and a large one keeps its order`() throws {
        #expect(try read(write([])).isEmpty)
        let many = (0..<3000).map { (String(format: "app/%05d", $0), Self.value($0 % 200)) }
        let secrets = try read(write(many))
        #expect(secrets.map(\.0) == many.map(\.0))
        #expect(secrets.map(\.1) == many.map(\.1))
    }

    @Test func `nothing in it can be read, and no two are alike`() throws {
        let archive = try write([("app/database", Array("hunter2hunter2".utf8))])
        let text = String(decoding: archive, as: UTF8.self)
        #expect(!text.contains("hunter2") && !text.contains("database"))
        let other = try write([("app/database", Array("hunter2hunter2".utf8))])
        #expect(archive[24...] != other[24...])
    }

    @Test(arguments: ["", "an archive's passphras", "an archive's passphrase\n", "An archive's passphrase"])
    func `a wrong passphrase is told at once`(passphrase: String) throws {
        let archive = try write([("k", [1, 2, 3])])
        let error = #expect(throws: OperatorError.self) { try read(archive, Secret(passphrase)) }
        #expect(error?.code == "wrong_passphrase")
    }

    @Test func `keys out of order are a mistake of whoever writes`() throws {
        var writer = try ArchiveWriter(Self.passphrase, parameters: ScratchVault.quick) { _ in }
        try writer.append(SecretKey("b")!, Secret("1"))
        #expect(throws: OperatorError.self) { try writer.append(SecretKey("a")!, Secret("1")) }
        #expect(throws: OperatorError.self) { try writer.append(SecretKey("b")!, Secret("1")) }
    }

    @Test func `a flipped bit is found, wherever it is`() throws {
        let archive = try write([("a", Self.value(70_000)), ("b", [1])])
        let places =
            Array(0..<200) + stride(from: 200, to: archive.count, by: 997) + (archive.count - 40..<archive.count)
        for place in places {
            var damaged = archive
            damaged[place] ^= 0x10
            #expect(throws: OperatorError.self, "byte \(place)") { try read(damaged) }
        }
    }

    @Test func `an archive that was cut short, or goes on, is damaged`() throws {
        let archive = try write([("a", Self.value(140_000)), ("b", [1])])
        let chunks = [72, 72 + 65_552, 72 + 2 * 65_552]
        let lengths = chunks.flatMap { [$0 - 1, $0, $0 + 1, $0 + 16] } + [0, 1, 8, 71, archive.count - 1]
        for length in lengths where length < archive.count {
            #expect(throws: OperatorError.self, "\(length) bytes") { try read(Array(archive[..<length])) }
        }
        for more in [[0], [UInt8](repeating: 0, count: 16), Array(archive[72...])] {
            #expect(throws: OperatorError.self) { try read(archive + more) }
        }
    }

    @Test func `chunks that change places, or come from another archive, are found`() throws {
        let archive = try write([("a", Self.value(140_000))])
        let other = try write([("a", Self.value(140_000))])
        let (first, second) = (72..<72 + 65_552, 72 + 65_552..<72 + 2 * 65_552)
        let swapped = archive[..<72] + archive[second] + archive[first] + archive[second.upperBound...]
        #expect(throws: OperatorError.self) { try read(Array(swapped)) }
        let mixed = archive[..<second.lowerBound] + other[second] + archive[second.upperBound...]
        #expect(throws: OperatorError.self) { try read(Array(mixed)) }
    }

    @Test func `an archive of a later version is told from a damaged one`() throws {
        var archive = try write([])
        archive[8] = 2
        #expect(#expect(throws: OperatorError.self) { try read(archive) }?.code == "newer_archive")
        #expect(
            #expect(throws: OperatorError.self) { try read(Array("PK\u{3}\u{4}".utf8) + archive) }?.code == "no_archive"
        )
    }

    /// Nothing of it may crash, hang, or use the memory that a forged header asks for.
    @Test func `nonsense is refused`() throws {
        let archive = try write([("a/b", [1, 2, 3]), ("c", [])])
        var random = SeededGenerator(seed: 20)
        for _ in 0..<3000 {
            var bytes = archive
            for _ in 0...(random.next() % 4) {
                switch random.next() % 4 {
                case 0: bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes = Array(bytes.prefix(1 + Int(random.next() % UInt64(bytes.count))))
                case 2: bytes.append(UInt8(truncatingIfNeeded: random.next()))
                default: bytes.insert(0, at: Int(random.next() % UInt64(bytes.count)))
                }
            }
            // The parameters stay small: what the bounds allow would take minutes in sum.
            if bytes.count > 24 { bytes.replaceSubrange(12..<24, with: archive[12..<24]) }
            if bytes == archive { continue }
            #expect(throws: OperatorError.self) { try read(bytes) }
        }
    }

    /// By somebody who knows the passphrase, or a faulty program.
    @Test(arguments: [
        "00000000 0000000000000001", "00000000 00000000",
        "00000001 61 00000001 78 00000001 61 00000001 78 00000000 0200000000000000",
        "02000000 2e2e 00000000 00000000 0100000000000000", "ffffffff", "00020000", "01000000 61 ffffffff",
        "01000000 61 01001000", "01000000 61 02000000 78", "00000000 0000000000000000 00",
    ])
    func `records that make no sense are refused after decryption too`(hex: String) throws {
        let digits = hex.filter { $0 != " " }.map { $0 }
        let plain = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
        let header = ArchiveHeader(parameters: ScratchVault.quick)
        let keys = try header.keys(Self.passphrase)
        let sealed = try plain.withUnsafeBytes { bytes throws(OperatorError) in
            try ArchiveChunk.seal(bytes, number: 0, isLast: true, keys.chunks)
        }
        let error = #expect(throws: OperatorError.self) { try read(header.bytes(keys.header) + sealed) }
        #expect(error?.code == "damaged_archive")
    }
}
