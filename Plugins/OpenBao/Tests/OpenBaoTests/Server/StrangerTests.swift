import Foundation
import PluginKit
import Testing

@testable import OpenBao

/// What listens there may be anything.
@Suite struct `What is no OpenBao` {
    private static let look = #"{"data":{"ttl":0,"renewable":false}}"#
    private static let mount = #"{"data":{"type":"kv","options":{"version":"2"}}}"#

    /// Logs us in, and then does this.
    private func afterLogin(_ act: @escaping @Sendable (String, Int) -> Stranger.Act) throws -> Stranger {
        try Stranger { line, number in
            if line.contains("lookup-self") { return Stranger.answer("200 OK", Self.look) }
            if line.contains("ui/mounts") { return Stranger.answer("200 OK", Self.mount) }
            return act(line, number)
        }
    }

    private func backend(_ stranger: Stranger, timeout: Int = 2) throws -> RunningBackend {
        try RunningBackend(
            parameters: ["address": "http://127.0.0.1:\(stranger.port)", "timeout": "\(timeout)"],
            credentials: "s.x",
            port: stranger.port
        )
    }

    @Test(arguments: [
        "", "{", "[]", "null", "nonsense", #"{"data":7}"#, #"{"data":{"data":"x"}}"#,
        #"{"data":{"data":{"value":"x"}}"#,
        String(repeating: "[", count: 100_000), "\u{0}\u{1}\u{2}",
    ])
    func `and answers what is no JSON of its kind is refused`(body: String) throws {
        let stranger = try afterLogin { _, _ in Stranger.answer("200 OK", body) }
        defer { stranger.end() }
        let backend = try backend(stranger)
        let refused = refusal { try backend.get("a") }
        #expect(refused?.status == .corrupt)
        // Some of these say that there is nothing.
        _ = refusal { try backend.list() }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":", "HTTP/1.1 200 OK\r\nContent-Le",
        "220 mail ESMTP\r\n",
        "HTTP/1.1 999999 What\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "SSH-2.0-OpenSSH\r\n",
    ])
    func `and ends the connection is tried again, and given up`(text: String) throws {
        let stranger = try afterLogin { _, _ in .sayAndClose(text) }
        defer { stranger.end() }
        let refused = refusal { try backend(stranger).get("a") }
        #expect(refused?.status == .unavailable, "\(refused as Any)")
        #expect(stranger.heard.filter { $0.contains("/data/") }.count > 1)
    }

    @Test func `and says nothing is given up in time`() throws {
        let stranger = try afterLogin { _, _ in .silence }
        defer { stranger.end() }
        let refused = refusal { try backend(stranger).get("a") }
        #expect(refused?.status == .unavailable)
        #expect(refused?.sentence.contains("did not answer in time") == true, "\(refused as Any)")
    }

    @Test func `and dribbles is given up in time`() throws {
        let stranger = try afterLogin { _, _ in
            .drip("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + String(repeating: " ", count: 900), 20)
        }
        defer { stranger.end() }
        #expect(refusal { try backend(stranger).get("a") }?.status == .unavailable)
    }

    @Test func `and floods is cut off`() throws {
        let stranger = try afterLogin { line, _ in
            line.contains("/data/")
                ? .flood("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 1 << 20)) : .close
        }
        defer { stranger.end() }
        let refused = refusal { try backend(stranger, timeout: 9).get("a") }
        #expect(refused?.status == .unavailable)
        #expect(refused?.sentence.contains("answers more than we ask for") == true, "\(refused as Any)")
    }

    @Test func `and sends headers without end is cut off`() throws {
        let stranger = try afterLogin { _, _ in
            .flood("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 1000) + "\r\n")
        }
        defer { stranger.end() }
        #expect(refusal { try backend(stranger, timeout: 9).get("a") }?.status == .unavailable)
    }

    @Test func `and sends us elsewhere is not followed`() throws {
        let stranger = try afterLogin { _, _ in
            Stranger.answer("307 Temporary Redirect", "", "Location: http://127.0.0.1:1/\r\n")
        }
        defer { stranger.end() }
        let refused = refusal { try backend(stranger).get("a") }
        #expect(refused?.status == .unavailable)
        #expect(refused?.sentence.contains("sends us to another one") == true)
    }

    @Test(arguments: [
        "429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable",
    ])
    func `but a busy one is asked again until it serves`(status: String) throws {
        let stranger = try afterLogin { line, number in
            number <= 5
                ? Stranger.answer(status, #"{"errors":["busy"]}"#)
                : Stranger.answer("200 OK", #"{"data":{"data":{"value":"x"}}}"#)
        }
        defer { stranger.end() }
        #expect(try backend(stranger, timeout: 9).get("a") == "x")
    }

    @Test func `but one that is busy for long is quoted`() throws {
        let stranger = try afterLogin { _, _ in
            Stranger.answer("503 Service Unavailable", #"{"errors":["under \u001b[1mmaintenance"]}"#)
        }
        defer { stranger.end() }
        let refused = refusal { try backend(stranger, timeout: 1).get("a") }
        #expect(refused?.status == .unavailable)
        #expect(refused?.sentence.contains("503 (“under [1mmaintenance”)") == true, "\(refused as Any)")
    }

    @Test func `but one that asks for patience gets it`() throws {
        let stranger = try afterLogin { _, number in
            number == 3 ? Stranger.answer("429 Too Many Requests", "{}", "Retry-After: 3600\r\n") : .close
        }
        defer { stranger.end() }
        #expect(refusal { try backend(stranger).get("a") }?.status == .unavailable)
        #expect(stranger.heard.filter { $0.contains("/data/") }.count == 1)
    }

    @Test func `but a write whose fate is unknown is not made twice`() throws {
        let stranger = try Stranger { line, number in
            if line.contains("lookup-self") { return Stranger.answer("200 OK", Self.look) }
            if line.contains("ui/mounts") { return Stranger.answer("200 OK", Self.mount) }
            if line.contains("/metadata/") { return Stranger.answer("404 Not Found", #"{"errors":[]}"#) }
            return number == 3
                ? Stranger.answer("400 Bad Request", #"{"errors":["check-and-set parameter required for this call"]}"#)
                : .close
        }
        defer { stranger.end() }
        let refused = refusal { try backend(stranger).put("a", "x") }
        #expect(refused?.status == .unavailable)
        #expect(refused?.sentence.contains("whether the change was made is not known") == true, "\(refused as Any)")
        #expect(stranger.heard.filter { $0.hasPrefix("POST") }.count == 2, "\(stranger.heard)")
    }

    @Test func `but a conflict is one`() throws {
        let stranger = try afterLogin { line, number in
            if line.contains("/metadata/") {
                return Stranger.answer("200 OK", #"{"data":{"current_version":4,"versions":{}}}"#)
            }
            let words = number == 3 ? "required for this call" : "did not match the current version"
            return Stranger.answer("400 Bad Request", "{\"errors\":[\"check-and-set parameter \(words)\"]}")
        }
        defer { stranger.end() }
        #expect(refusal { try backend(stranger).put("a", "x") }?.status == .conflict)
    }

    @Test func `but one that was never set up says so`() throws {
        let stranger = try Stranger { line, _ in
            line.contains("seal-status")
                ? Stranger.answer("200 OK", #"{"initialized":false,"sealed":true}"#)
                : Stranger.answer("501 Not Implemented", #"{"errors":["Vault is not initialized"]}"#)
        }
        defer { stranger.end() }
        let backend = try backend(stranger)
        #expect(refusal { try backend.get("a") }?.sentence.contains("bao operator init") == true)
        #expect(try backend.status()[1].contains("bao operator init"))
    }

    @Test(arguments: 0..<60)
    func `and talks nonsense harms nobody`(seed: UInt64) throws {
        let stranger = try Stranger { line, number in
            var random = Generator(state: seed &* 1000 &+ UInt64(number))
            let whole =
                "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n"
                + #"{"auth":{"client_token":"x"},"data":{"ttl":1,"keys":["a/"]}}"#
            var bytes = Array(whole.utf8)
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...127, using: &random)
            }
            return .sayAndClose(
                String(decoding: bytes.prefix(Int.random(in: 0...bytes.count, using: &random)), as: UTF8.self)
            )
        }
        defer { stranger.end() }
        let backend = try backend(stranger, timeout: 1)
        #expect(refusal { try backend.get("a") } != nil)
        _ = refusal { try backend.put("a", "x") }
        #expect(backend.close() == .cancelled)
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }
}
