import Glibc

/// SIGTERM and SIGINT, waited for on a thread of their own.
struct TerminationSignals {
    private final class Waiter {
        let action: @Sendable () -> Void

        init(action: @escaping @Sendable () -> Void) {
            self.action = action
        }
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }

    /// Call before other threads exist: they inherit it.
    static func block() {
        var set = Self.set
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A peer that has gone is an error of a write, not the end of the agent.
        signal(SIGPIPE, SIG_IGN)
    }

    /// The second signal ends the process at once.
    func onFirst(_ action: @escaping @Sendable () -> Void) {
        let waiter = Unmanaged.passRetained(Waiter(action: action))
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { argument in
                var set = TerminationSignals.set
                var signal: Int32 = 0
                sigwait(&set, &signal)
                if let argument { Unmanaged<Waiter>.fromOpaque(argument).takeRetainedValue().action() }
                sigwait(&set, &signal)
                _exit(128 + signal)
            },
            waiter.toOpaque()
        )
        pthread_detach(thread)
    }
}
