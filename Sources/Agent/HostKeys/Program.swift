import Glibc

/// Runs a program of the system's and takes what it prints, within bounds. Blocks.
enum Program {
    static let limit = 1 << 20

    /// Nil when it does not start, fails, or does not end within `patience` seconds.
    static func output(_ path: String, _ arguments: [String], patience: Int = 5) -> String? {
        guard let bytes = try? run(path, arguments, patience: patience) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func run(_ path: String, _ arguments: [String], patience: Int) throws -> [UInt8]? {
        var pid: pid_t = 0
        let output = try start(path, arguments, pid: &pid)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let end = time(nil) + patience
        var isEnded = false
        while !isEnded, bytes.count < limit, time(nil) < end {
            var waiting = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 500) > 0 else { continue }
            let count = read(output.number, &chunk, chunk.count)
            if count > 0 { bytes += chunk[..<count] } else { isEnded = true }
        }
        if !isEnded { kill(pid, SIGKILL) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return isEnded && status == 0 ? bytes : nil
    }

    private static func start(_ path: String, _ arguments: [String], pid: inout pid_t) throws -> Descriptor {
        let output = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing.number, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var environment = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
        defer { for word in words + environment { free(word) } }
        let result = posix_spawn(&pid, path, &actions, &attributes, &words, &environment)
        guard result == 0 else { throw HomeFileError.system(call: "posix_spawn", errno: result) }
        return output.reading
    }
}
