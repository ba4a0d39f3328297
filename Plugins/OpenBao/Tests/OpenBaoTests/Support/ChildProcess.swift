import Foundation

/// A program of the test's own, with nothing of the test's but its environment.
struct ChildProcess {
    let pid: pid_t

    /// - Parameter log: where its output goes.
    init(_ program: String, _ arguments: [String], log: String = "/dev/null") throws {
        var pid = pid_t()
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        // Whoever reads the tests' output waits until the last process that could write to it is gone.
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawn(&pid, program, &actions, nil, &argv, environ) == 0 else { throw POSIXError(.ENOEXEC) }
        self.pid = pid
    }

    /// Waits for its end: the exit status, or -1 for a signal.
    @discardableResult
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? status >> 8 & 0xff : -1
    }

    func end(_ signal: CInt = SIGTERM) {
        kill(pid, signal)
        wait()
    }
}
