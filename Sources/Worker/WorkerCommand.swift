import CLinux
import Glibc

/// The whole program: `scrier-worker describe FILE.so` and `scrier-worker run FILE.so`.
package enum WorkerCommand {
    /// Returns the exit code.
    package static func run(_ arguments: [String]) -> Int32 {
        // Whoever started us may have blocked what is to end us.
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // One arena: a worker has few threads, and each arena costs memory in every session.
        mallopt(M_ARENA_MAX, 1)
        guard arguments.count == 3, arguments[2].hasPrefix("/") else { return usage() }
        switch arguments[1] {
        case "describe": return DescribeCommand.run(path: arguments[2])
        case "run": return RunCommand.run(path: arguments[2])
        default: return usage()
        }
    }

    private static func usage() -> Int32 {
        StandardError.write("usage: scrier-worker describe|run /path/of/plugin.so")
        return EX_USAGE
    }
}
