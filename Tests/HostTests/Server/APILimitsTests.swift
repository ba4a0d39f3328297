import Foundation
import NIOCore
import Store
import Testing
import Trust
import Wire

@testable import Host

/// A listener with limits, on a Unix socket: every client is of the same source.
@Suite(.serialized, .timeLimit(.minutes(2))) struct APILimitsTests {
    /// So many connections at once, and times that a test can wait for.
    private static func limits(_ count: Int = 100, _ change: (inout APILimits) -> Void = { _ in }) -> APILimits {
        var limits = APILimits(connections: ConnectionLimit(limit: count, limitPerSource: count))
        change(&limits)
        return limits
    }

    private static let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n"

    /// Whether the server ends the connection.
    private static func isClosed(_ socket: RawSocket) async -> Bool { await eventually { socket.hasEnded } }

    /// The same while a byte of the text, again and again, is sent every tenth of a second.
    private static func isClosed(_ socket: RawSocket, trickling text: String) async -> Bool {
        for byte in String(repeating: text, count: 100).utf8.prefix(100) {
            await socket.send([byte])
            try? await Task.sleep(for: .milliseconds(100))
            if socket.hasEnded { return true }
        }
        return false
    }

    @Test func `who comes when all places are taken is told so, and let in when one is free`() async throws {
        let it = try await AttachedSession.make(limits: Self.limits(3))
        var held = try (0..<3).map { _ in try it.socket() }
        for socket in held {
            await socket.send(Self.request + "\r\n")
            #expect(await socket.readHead().hasPrefix("HTTP/1.1 200"))
        }
        let refused = try it.socket()
        await refused.send(Self.request + "\r\n")
        #expect(await refused.readHead().hasPrefix("HTTP/1.1 503"))
        let body = await refused.read(20) ?? []
        #expect(String(decoding: body, as: UTF8.self).hasPrefix(#"{"error":{"code":"to"#))
        #expect(await Self.isClosed(refused))
        held.removeLast().close()
        #expect(
            await eventually {
                guard let socket = try? it.socket() else { return false }
                await socket.send(Self.request + "\r\n")
                return await socket.readHead().hasPrefix("HTTP/1.1 200")
            }
        )
        await it.stop()
    }

    @Test func `of a crowd that is too large the rest is closed at once`() async throws {
        let it = try await AttachedSession.make(limits: Self.limits(1))
        let first = try it.socket()
        await first.send(Self.request + "\r\n")
        _ = await first.readHead()
        let crowd = try (0..<20).map { _ in try it.socket() }
        // Four wait to be told; nobody has asked them anything.
        for socket in crowd.dropFirst(4) { #expect(await Self.isClosed(socket)) }
        await first.send(Self.request + "\r\n")
        #expect(await first.readHead().contains("HTTP/1.1 200"))
        withExtendedLifetime(crowd) {}
        await it.stop()
    }

    @Test func `a head that trickles in is not waited for`() async throws {
        let limits = Self.limits { $0.firstRequest = .milliseconds(500) }
        let it = try await AttachedSession.make(limits: limits)
        let (silent, slow) = (try it.socket(), try it.socket())
        await slow.send("GET /")
        #expect(await Self.isClosed(slow, trickling: "a"))
        #expect(await Self.isClosed(silent))
        #expect(await eventually { limits.connections.count == 0 })
        await it.stop()
    }

    @Test func `a second head that trickles in is not waited for either`() async throws {
        let limits = Self.limits { $0.idle = .milliseconds(500) }
        let it = try await AttachedSession.make(limits: limits)
        let socket = try it.socket()
        await socket.send(Self.request + "\r\n")
        _ = await socket.readHead()
        await socket.send("GET /")
        #expect(await Self.isClosed(socket, trickling: "a"))
        await it.stop()
    }

    private static let post = "POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n"

    @Test func `a body that trickles in is not waited for`() async throws {
        let limits = Self.limits { $0.request = .milliseconds(500) }
        let it = try await AttachedSession.make(limits: limits)
        let socket = try it.socket()
        await socket.send(Self.post)
        #expect(await Self.isClosed(socket, trickling: " "))
        await it.stop()
    }

    @Test func `a body that comes at a fair pace has the time it needs`() async throws {
        let limits = Self.limits {
            $0.request = .milliseconds(200)
            $0.slowestBody = 1000
        }
        let it = try await AttachedSession.make(limits: limits)
        let socket = try it.socket()
        await socket.send(Self.post)
        await socket.send(Array(repeating: 0x20, count: 29_000))
        try await Task.sleep(for: .milliseconds(800))
        await socket.send(Array(repeating: 0x20, count: 1000))
        #expect(await socket.readHead().hasPrefix("HTTP/1.1 400"))
        await it.stop()
    }

    @Test func `a body without end has one`() async throws {
        let it = try await AttachedSession.make(limits: Self.limits())
        let socket = try it.socket()
        await socket.send("POST /api/v1/users HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        let chunk = [UInt8](repeating: 0x20, count: 1 << 20)
        for _ in 0..<(RequestDeadlineHandler.largestBody >> 20) + 8 { await socket.send(chunk) }
        #expect(await Self.isClosed(socket))
        await it.stop()
    }

    /// Eight megabytes of audit log: more than any socket holds.
    private func export(_ limits: APILimits) async throws -> (AttachedSession, RawSocket) {
        let it = try await AttachedSession.make(limits: limits)
        let details = ["filler": String(repeating: "x", count: 8000)]
        let event = AuditEvent(.serverStarted, actor: "test", subject: "test", details: details)
        try await it.world.store.append(Array(repeating: event, count: 1000))
        let socket = try it.socket()
        await socket.send("GET /api/v1/audit/export HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return (it, socket)
    }

    @Test func `an answer that nobody takes is given up`() async throws {
        let limits = Self.limits { $0.stalledAnswer = .milliseconds(300) }
        let (it, socket) = try await export(limits)
        #expect(await eventually { limits.connections.count == 1 })
        #expect(await eventually { limits.connections.count == 0 })
        withExtendedLifetime(socket) {}
        await it.stop()
    }

    @Test func `an answer that is taken slowly arrives whole`() async throws {
        let limits = Self.limits { $0.stalledAnswer = .seconds(2) }
        let (it, socket) = try await export(limits)
        #expect(await socket.readHead().hasPrefix("HTTP/1.1 200"))
        var received = 0
        while let bytes = await socket.read(100_000) {
            received += bytes.count
            try await Task.sleep(for: .milliseconds(40))
        }
        #expect(received > 7_900_000)
        await it.stop()
    }

    @Test func `a session's WebSocket is cut by none of these times`() async throws {
        let limits = Self.limits {
            $0.firstRequest = .seconds(1)
            $0.request = .seconds(1)
            $0.stalledAnswer = .seconds(1)
            $0.idle = .seconds(1)
        }
        let it = try await AttachedSession.make(limits: limits)
        let socket = try it.socket()
        #expect(await socket.upgrade(it.uri).hasPrefix("HTTP/1.1 101"))
        try await Task.sleep(for: .milliseconds(2500))
        it.worker.show("still here")
        #expect(await socket.readFrame { $0.opcode == 2 }?.text == "still here")
        await socket.sendFrame(2, Array("so am I".utf8))
        #expect(await eventually { it.worker.told.input == "so am I" })
        #expect(limits.connections.count == 1)
        await it.stop()
    }

    @Test func `places are counted by address, proxies apart, and an IPv6 host is its network`() throws {
        let limit = ConnectionLimit(limit: 10, limitPerSource: 2, exempt: [try #require(CIDR("10.0.0.0/8"))])
        var places = (0..<2).compactMap { _ in limit.enter("192.0.2.1") }
        #expect(places.count == 2 && limit.enter("192.0.2.1") == nil)
        places += ["2001:db8::1", "2001:db8::2"].compactMap { limit.enter($0) }
        #expect(places.count == 4 && limit.enter("2001:db8::3") == nil)
        places += (0..<20).compactMap { _ in limit.enter("10.0.0.1") }
        #expect(places.count == 10 && limit.enter("192.0.2.9") == nil)
        places[0].leave()
        places[0].leave()
        #expect(limit.count == 9 && limit.enter("192.0.2.1") != nil)
        let now = NIODeadline.now()
        #expect(limit.refusalsToTell(at: now) == 17)
        #expect(limit.enter("192.0.2.2") == nil && limit.refusalsToTell(at: now) == nil)
        #expect(limit.refusalsToTell(at: now + .minutes(1)) == 1)
    }
}
