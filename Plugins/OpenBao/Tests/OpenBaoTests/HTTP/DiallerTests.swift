import Foundation
import PluginKit
import Testing

@testable import OpenBao

@Suite struct `The one that dials` {
    /// A clock that stands still unless it is told.
    private final class Clock {
        var now = ContinuousClock.now
    }

    @Test func `asks less and less often while nobody answers, and at once when somebody did`() {
        let clock = Clock()
        var (dials, answers) = (0, false)
        let dialler = Dialler(requiresLoopback: false, now: { clock.now }) { _, _ in
            dials += 1
            guard answers else { throw SessionFailure(.unreachable, "") }
            return socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        }
        #expect(!dialler.isDown)
        for (pause, expected) in [(0, 1), (99, 1), (1, 2), (199, 2), (1, 3), (60_000, 4), (1999, 5), (60_000, 6)] {
            clock.now += .milliseconds(pause)
            #expect(dialler.dial() == nil)
            #expect(dials == expected, "after \(pause)")
            #expect(dialler.isDown)
        }
        clock.now += .seconds(2)
        answers = true
        let descriptor = dialler.dial()
        #expect(descriptor != nil)
        #expect(!dialler.isDown)
        close(descriptor ?? -1)
    }

    @Test(arguments: [
        (Status.denied, "has no “vault”"), (.unreachable, "nobody listens"), (.timedOut, "in 3 seconds"),
        (.cancelled, "so be it"),
    ])
    func `says why there is no connection`(status: Status, words: String) {
        let dialler = Dialler(requiresLoopback: false) { _, _ in throw SessionFailure(status, "so be it") }
        #expect(dialler.dial() == nil)
        #expect(dialler.lastProblem.contains(words))
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.200.0.9", true), ("10.0.0.1", false), ("0.0.0.127", false), ("::1", true),
        ("::2", false),
        ("::ffff:127.0.0.1", true), ("::ffff:10.0.0.1", false), ("fe80::1", false),
    ])
    func `knows this machine`(text: String, isLoopback: Bool) {
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        if inet_pton(AF_INET, text, &four.sin_addr) == 1 {
            #expect(withUnsafeBytes(of: four) { Dialler.isLoopback($0) } == isLoopback)
        } else {
            #expect(inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
            #expect(withUnsafeBytes(of: six) { Dialler.isLoopback($0) } == isLoopback)
        }
    }

    @Test func `lets nothing unprotected out of this machine`() {
        // Connected to nobody: not known to be here.
        let dialler = Dialler(requiresLoopback: true) { _, _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        #expect(dialler.dial() == nil)
        #expect(dialler.lastProblem.contains("must be https"))
    }
}
