import Foundation

/// A program of the test's own. Not Foundation's `Process`: that one takes sshd, which closes what it inherits, for one
/// that has exited, and then every other wait hangs behind it.
struct ChildProcess {
    let pid: pid_t

    init(_ program: String, _ arguments: [String]) throws {
        var pid = pid_t()
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        // Whoever reads the tests' output waits until the last process that could write to it is gone.
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
        }
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

    func end() {
        kill(pid, SIGTERM)
        wait()
    }
}
