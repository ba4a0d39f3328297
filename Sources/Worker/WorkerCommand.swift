import CLinux
import Glibc

/// The whole program: `scrier-worker describe FILE.so` and `scrier-worker run FILE.so`, the latter with a word for each
/// descriptor that it gets beyond the usual three.
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
        guard arguments.count >= 3, arguments[2].hasPrefix("/") else { return usage() }
        let (path, rest) = (arguments[2], arguments[3...])
        if arguments[1] == "describe", rest.isEmpty { return DescribeCommand.run(path: path) }
        guard arguments[1] == "run", let provisions = Provisions(arguments: rest) else { return usage() }
        return RunCommand.run(path: path, provisions: provisions)
    }

    private static func usage() -> Int32 {
        StandardError.write(
            "usage: scrier-worker describe|run /path/of/plugin.so (run: [directory] [key] [next-key] [dial])"
        )
        return EX_USAGE
    }
}
