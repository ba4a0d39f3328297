import Foundation
import NIOCore
import NIOEmbedded
import Testing

@testable import Host

@Suite struct EnvoyLimitsTests {
    @Test func `an envoy has a certificate signed a few times an hour`() {
        let limiter = EnvoyLimiter(limit: 2, window: 3600)
        let (envoy, now) = (UUID(), Date(timeIntervalSince1970: 1_800_000_000))
        #expect(limiter.admits(envoy, at: now))
        #expect(limiter.admits(envoy, at: now.addingTimeInterval(10)))
        #expect(!limiter.admits(envoy, at: now.addingTimeInterval(20)))
        #expect(limiter.admits(UUID(), at: now.addingTimeInterval(20)))
        #expect(limiter.admits(envoy, at: now.addingTimeInterval(3601)))
    }

    @Test func `of too many connections for calls the oldest is closed, and tunnels stay`() throws {
        let connections = EnvoyConnections()
        let envoy = UUID()
        func connected() throws -> EmbeddedChannel {
            let channel = EmbeddedChannel()
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            return channel
        }
        let tunnel = try connected()
        connections.add(tunnel, of: envoy)
        var calls: [EmbeddedChannel] = []
        for _ in 0..<EnvoyConnections.callingLimit + 2 {
            calls.append(try connected())
            connections.addCalling(calls.last!, of: envoy, by: "1")
        }
        for call in calls { call.embeddedEventLoop.run() }
        #expect(calls.map(\.isActive) == [false, false] + Array(repeating: true, count: EnvoyConnections.callingLimit))
        #expect(tunnel.isActive && connections.count(of: envoy) == EnvoyConnections.callingLimit + 1)
        // One that ended by itself makes room.
        let last = calls.removeLast()
        try last.close().wait()
        last.embeddedEventLoop.run()
        connections.addCalling(try connected(), of: envoy, by: "1")
        #expect(calls.dropFirst(2).map(\.isActive) == Array(repeating: true, count: EnvoyConnections.callingLimit - 1))
    }
}
