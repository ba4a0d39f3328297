import Foundation
import PluginKit
import Testing

@testable import SSH

/// The other end of the transport may be anybody.
@Suite struct `A session with somebody who is no sshd` {
    @Test func `fails when the connection closes before a word`() {
        let session = meeting { close($0) }
        #expect(session.end() == .unreachable)
        #expect(session.explanation.contains("closed the connection before it said anything"))
    }

    @Test func `repeats what another server said, without its escape codes`() {
        let session = meeting {
            say("220 mail\u{1b}]0;owned\u{7} ESMTP\r\n", to: $0)
            close($0)
        }
        #expect(session.end() == .unreachable)
        #expect(session.explanation.contains("“220 mail]0;owned ESMTP”"), "\(session.explanation)")
    }

    @Test func `does not wait for ever for one that says nothing`() {
        var limits = Session.Limits()
        limits.login = .milliseconds(200)
        let session = meeting(limits) { _ in }
        #expect(session.end() == .timedOut)
    }

    @Test func `ends on CLOSE while it waits for the other side`() {
        let session = meeting { _ in }
        session.host.sendClose()
        #expect(session.end(within: 1) == .cancelled)
    }

    @Test(arguments: 0..<40)
    func `survives nonsense`(seed: UInt64) {
        var random = Generator(state: seed)
        let session = meeting { stranger in
            say("SSH-2.0-Stranger\r\n", to: stranger)
            let bytes = (0..<Int.random(in: 1...2000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Half of the time what looks like a packet of plausible length.
            let head: [UInt8] = seed.isMultiple(of: 2) ? [0, 0, 1, 44, 4, 20] : []
            _ = (head + bytes).withUnsafeBytes { send(stranger, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            close(stranger)
        }
        let status = session.end()
        #expect(
            status == .unreachable || status == .protocolViolation || status == .unsupported,
            "\(session.explanation)"
        )
    }

    private func meeting(_ limits: Session.Limits? = nil, _ act: (CInt) -> Void) -> RunningSession {
        var ends: [CInt] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        act(ends[1])
        return RunningSession(over: ends[0], limits: limits)
    }

    private func say(_ text: String, to stranger: CInt) {
        _ = Array(text.utf8).withUnsafeBytes { send(stranger, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }
}
