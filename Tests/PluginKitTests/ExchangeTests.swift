import Glibc
import PluginAPI
import Testing

@testable import PluginKit

@Suite struct `Bodies of the exchange` {
    @Test func `fields that were appended are read back, and memory that grows is wiped`() throws {
        let body = ExchangeBody(capacity: 16)
        body.append("one")
        let before = body.bytes
        #expect(before.count == 7)
        let large = [UInt8](repeating: 7, count: 100_000)
        large.withUnsafeBytes { body.append($0) }
        body.append("")
        var fields = ExchangeFields(body.bytes)
        #expect(try fields.text() == "one")
        #expect(try fields.next().elementsEqual(large))
        #expect(try fields.text() == "")
        try fields.end()
        let lent = body.bytes
        body.removeAll()
        #expect(body.count == 0 && lent.allSatisfy { $0 == 0 })
    }

    @Test func `a field that cannot be filled is none`() {
        struct Failure: Error {}
        let body = ExchangeBody()
        body.append("kept")
        #expect(throws: Failure.self) {
            try body.append(count: 8) { memory in
                memory.copyBytes(from: [1, 2, 3])
                throw Failure()
            }
        }
        #expect(body.count == 8)
    }

    @Test(
        arguments: [[1], [1, 0, 0, 0], [2, 0, 0, 0, 65], [255, 255, 255, 255, 65], [1, 0, 0, 0, 0xFF]] as [[UInt8]]
    )
    func `what is no field is refused`(body: [UInt8]) {
        _ = body.withUnsafeBytes { body in
            #expect(throws: ExchangeRefusal.malformed) {
                var fields = ExchangeFields(body)
                _ = try fields.text()
            }
        }
    }

    @Test func `what follows the last field is refused`() {
        _ = [UInt8]([0, 0, 0, 0, 1]).withUnsafeBytes { body in
            #expect(throws: ExchangeRefusal.malformed) {
                var fields = ExchangeFields(body)
                _ = try fields.next()
                try fields.end()
            }
        }
    }

    @Test(arguments: ["a", "a/b", "vigo/web/auth/dan", "...", "-._", ".x", String(repeating: "s", count: 200)])
    func `names of secrets`(text: String) { #expect(SecretKey(text)?.description == text) }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a b", "a\0", "ä", "a,b", "a\\b", "a:b",
        String(repeating: "s", count: 201), String(repeating: "a/", count: 256) + "a",
    ])
    func `what is no name of a secret`(text: String) { #expect(SecretKey(text) == nil) }

    @Test func `locked memory begins as zeroes, copies, and is wiped on demand`() {
        let memory = LockedMemory(count: 10_000)
        #expect(memory.bytes.count == 10_000 && memory.bytes.allSatisfy { $0 == 0 })
        memory.bytes[9_999] = 1
        let copy = LockedMemory(copying: UnsafeRawBufferPointer(memory.bytes))
        memory.wipe()
        #expect(memory.bytes[9_999] == 0 && copy.bytes[9_999] == 1)
        #expect(LockedMemory(count: 0).bytes.isEmpty)
    }
}
