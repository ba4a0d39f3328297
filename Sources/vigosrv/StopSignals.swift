import Glibc

/// SIGTERM, SIGINT and SIGHUP: the first asks for a clean stop, the next one forces it.
///
/// They are blocked in every thread, from before there is a second one, and waited for by the main thread: a handler
/// or an ignored signal would depend on which thread the kernel picks.
struct StopSignals: Sendable {
    private let asked: AsyncStream<String>
    private let ask: AsyncStream<String>.Continuation

    init() {
        (asked, ask) = AsyncStream.makeStream()
        var signals = Self.set
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Returns when the server should stop, with the signal's name.
    func first() async -> String {
        for await name in asked { return name }
        return "none"
    }

    /// The main thread's occupation from now on.
    func wait() -> Never {
        var signals = Self.set
        while true {
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { continue }
            if case .terminated = ask.yield(Self.name(number)) { _exit(1) }
            ask.finish()
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }

    private static func name(_ number: Int32) -> String {
        switch number {
        case SIGTERM: "TERM"
        case SIGINT: "INT"
        default: "HUP"
        }
    }
}
