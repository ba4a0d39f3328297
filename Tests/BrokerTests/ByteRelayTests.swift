import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Broker

/// Two socket pairs whose near ends are glued: what goes into one far end comes out of the other.
@Suite struct ByteRelayTests {
    private func glued() async throws -> (left: Int32, right: Int32) {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        var far: [Int32] = []
        var near: [any Channel] = []
        for _ in 0..<2 {
            var ends: [Int32] = [-1, -1]
            #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            far.append(ends[0])
            near.append(
                try await ClientBootstrap(group: loop)
                    .channelOption(.allowRemoteHalfClosure, value: true)
                    .channelOption(.autoRead, value: false)
                    .withConnectedSocket(ends[1])
                    .get()
            )
        }
        let (first, second) = (near[0], near[1])
        try await loop.submit { try ByteRelay.glue(first, second) }.get()
        return (far[0], far[1])
    }

    private func readAll(_ descriptor: Int32) -> Int {
        var part = [UInt8](repeating: 0, count: 65536)
        var total = 0
        while true {
            let count = read(descriptor, &part, part.count)
            guard count > 0 else { return total }
            total += count
        }
    }

    @Test func `bytes pass both ways`() async throws {
        let (left, right) = try await glued()
        defer { for end in [left, right] { close(end) } }
        var part = [UInt8](repeating: 0, count: 16)
        write(left, "ping", 4)
        #expect(read(right, &part, 16) == 4)
        write(right, "pong!", 5)
        #expect(read(left, &part, 16) == 5)
    }

    @Test func `the end of one direction leaves the other open`() async throws {
        let (left, right) = try await glued()
        defer { for end in [left, right] { close(end) } }
        write(left, "last", 4)
        shutdown(left, Int32(SHUT_WR))
        #expect(readAll(right) == 4)
        write(right, "still", 5)
        shutdown(right, Int32(SHUT_WR))
        #expect(readAll(left) == 5)
    }

    @Test func `a reader that stops stops the writer`() async throws {
        let (left, right) = try await glued()
        defer { for end in [left, right] { close(end) } }
        let part = [UInt8](repeating: 1, count: 65536)
        var sent = 0
        var quiet = 0
        while quiet < 20 {
            let count = send(left, part, part.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                sent += count
                quiet = 0
            } else {
                quiet += 1
                usleep(5000)
            }
            #expect(sent < 64 << 20)
            if sent >= 64 << 20 { break }
        }
        shutdown(left, Int32(SHUT_WR))
        #expect(readAll(right) == sent)
    }

    @Test func `closing one side closes the other`() async throws {
        let (left, right) = try await glued()
        close(left)
        #expect(readAll(right) == 0)
        close(right)
    }
}
