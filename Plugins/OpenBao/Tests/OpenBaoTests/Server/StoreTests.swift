import Foundation
import PluginKit
import Testing

@testable import OpenBao

extension WithBao {
    @Suite struct `Secrets at a real OpenBao` {
        let folder: String
        let backend: RunningBackend
        let administrator: Administrator

        init() throws {
            folder = SharedBao.folder()
            backend = try SharedBao.backend(prefix: folder)
            administrator = try SharedBao.server().administrator
        }

        @Test(
            arguments: [
                [], [0], Array("hunter2\n".utf8), Array(0...255), Array("base64:AAAA".utf8),
                Array("\"\\\u{1f600}".utf8),
                [UInt8](repeating: 0xff, count: 1 << 20),
            ] as [[UInt8]]
        )
        func `come back byte for byte`(value: [UInt8]) throws {
            try backend.put("a/b", value)
            #expect(try backend.bytes("a/b") == value)
        }

        @Test func `are replaced, and the old version can be had from the server`() throws {
            try backend.put("a", "one")
            try backend.put("a", "two")
            #expect(try backend.get("a") == "two")
            let old = try administrator.send(.get, "secret/data/\(folder)/a?version=1")
            #expect("\(old)".contains("base64:b25l"))
        }

        @Test func `are gone when they were deleted, all versions of them`() throws {
            try backend.put("a", "one")
            try backend.put("a", "two")
            try backend.delete("a")
            #expect(refusal { try backend.get("a") }?.status == .notFound)
            #expect(refusal { try backend.delete("a") }?.status == .notFound)
            #expect(try backend.list() == [])
            #expect(try administrator.answer(.get, "secret/metadata/\(folder)/a").0 == 404)
        }

        @Test func `are listed in order, from a prefix on, from a key on`() throws {
            let keys = ["a0", "a/b", "a", "a-b", "B", "a.b", "a/b/c", "...", "a..b", "z/z/z"]
            for key in keys { try backend.put(key, key) }
            let sorted = ["...", "B", "a", "a-b", "a..b", "a.b", "a/b", "a/b/c", "a0", "z/z/z"]
            #expect(try backend.list() == sorted)
            #expect(try backend.list("a") == sorted.filter { $0.hasPrefix("a") })
            #expect(try backend.list("a/") == ["a/b", "a/b/c"])
            #expect(try backend.list("a/b") == ["a/b", "a/b/c"])
            #expect(try backend.list("nothing") == [])
            let after = try backend.ask("list", [[], Array("a/b".utf8)]).map { String(decoding: $0, as: UTF8.self) }
            #expect(after == ["end", "a/b/c", "a0", "z/z/z"])
            for key in keys { #expect(try backend.get(key) == key) }
        }

        @Test(arguments: ["", "/a", "a/", "a//b", "../a", "a/../b", "a\0b", "a b", "a?x=y", "ä"])
        func `have no other keys`(key: String) throws {
            #expect(refusal { try backend.get(key) }?.status == .invalid)
            #expect(refusal { try backend.put(key, "x") }?.status == .invalid)
            #expect(refusal { try backend.delete(key) }?.status == .invalid)
        }

        @Test func `have a mebibyte at most`() throws {
            let value = [UInt8](repeating: 0, count: (1 << 20) + 1)
            #expect(refusal { try backend.put("a", value) }?.status == .tooLarge)
        }

        @Test func `are asked for in the words of the contract only`() throws {
            #expect(refusal { _ = try backend.ask("steal", [[]]) }?.status == .unsupported)
            #expect(refusal { _ = try backend.ask("get", []) }?.status == .invalid)
            #expect(refusal { _ = try backend.ask("get", [[0x61], [0x62]]) }?.status == .invalid)
            #expect(refusal { _ = try backend.ask("reseal") }?.status == .unsupported)
            let cut = backend.host.send("get", body: [9, 0, 0, 0, 1])
            #expect(refusal { _ = try backend.answer(to: cut) }?.status == .invalid)
        }

        @Test func `are served many at a time`() throws {
            for index in 0..<40 { try backend.put("many/\(index)", "value \(index)") }
            let requests = (0..<400).map {
                (index: $0 % 40, number: backend.begin("get", [Array("many/\($0 % 40)".utf8)]))
            }
            for request in requests {
                let value = try backend.answer(to: request.number)[0]
                #expect(String(decoding: value, as: UTF8.self) == "value \(request.index)")
            }
            #expect(backend.host.locked { $0.dials } <= 8)
        }

        @Test func `wait for a host that has no room for an answer`() throws {
            try backend.put("a", "x")
            backend.host.allow(0)
            let requests = (0..<5).map { _ in backend.begin("get", [Array("a".utf8)]) }
            #expect(backend.host.answer(to: requests[0], 0.5) == nil)
            backend.host.allow(2)
            _ = backend.host.wait(1) { _ in false }
            backend.host.allow(.max)
            for request in requests { #expect(try backend.answer(to: request) == [Array("x".utf8)]) }
        }

        @Test func `are open, says the status`() throws {
            #expect(try backend.status() == ["open", ""])
            #expect(backend.host.locked { $0.isReady })
        }

        @Test func `may be a thousand`() throws {
            let keys = (0..<1000).map { "d\($0 % 7)/k\($0)" }
            let requests = keys.map { backend.begin("put", [Array($0.utf8), Array($0.utf8)]) }
            for request in requests { _ = try backend.answer(to: request) }
            #expect(try backend.list() == keys.sorted())
            #expect(try backend.list("d3/") == keys.sorted().filter { $0.hasPrefix("d3/") })
            #expect(try backend.verify() == [:])
        }

        @Test func `can be asked for until the session is closed`() throws {
            try backend.put("a", "x")
            #expect(backend.close() == .cancelled)
        }
    }
}

func refusal(_ body: () throws -> some Any) -> RunningBackend.Refusal? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? RunningBackend.Refusal
    }
}
