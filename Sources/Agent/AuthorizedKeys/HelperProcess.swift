import FoundationEssentials
import Glibc

/// Starts the helper, hands it a request, and takes its answer. Blocks: call it on a thread that may wait.
struct HelperProcess {
    /// `/proc/self/exe` means this very program even after its file was replaced.
    let executable: String
    let patience: Int32

    init(executable: String, patience: Int32 = 20_000) {
        self.executable = executable
        self.patience = patience
    }

    func ask(_ request: HelperRequest) throws -> HelperAnswer {
        let text = try JSONEncoder().encode(request)
        var pid: pid_t = 0
        let output = try start(with: Array(text), pid: &pid)
        var status: Int32 = 0
        do {
            let answer = try answer(from: output)
            reap(pid, &status)
            guard status == 0, !answer.isEmpty else {
                throw HelperFailure("the helper ended without an answer (wait status \(status))")
            }
            return try JSONDecoder().decode(HelperAnswer.self, from: Data(answer))
        } catch {
            kill(pid, SIGKILL)
            reap(pid, &status)
            throw error
        }
    }

    private func start(with request: [UInt8], answering output: borrowing Descriptor) throws -> pid_t {
        let input = try Pipe()
        // Before it starts: a request fits into the pipe's buffer, so this cannot wait.
        try input.writing.write(request)
        return try spawn(stdin: input.reading.number, stdout: output.number)
    }

    /// The answer's reading end, once nobody but the helper can write into it.
    private func start(with request: [UInt8], pid: inout pid_t) throws -> Descriptor {
        let output = try Pipe()
        pid = try start(with: request, answering: output.writing)
        return output.reading
    }

    private func answer(from output: borrowing Descriptor) throws -> [UInt8] {
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        let end = milliseconds() + Int(patience)
        while answer.count < HelperCommand.limit {
            var waiting = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
            let left = end - milliseconds()
            guard left > 0 else { throw HelperFailure("the helper did not answer within \(patience / 1000)s") }
            guard poll(&waiting, 1, Int32(left)) > 0 else { continue }
            let count = read(output.number, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            answer += chunk[..<count]
        }
        return answer
    }

    private func spawn(stdin: Int32, stdout: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, stdout, STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The agent waits for its signals on a thread of its own and blocks them elsewhere; the helper shall not.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var pid: pid_t = 0
        let result = executable.withCString { path in
            HelperCommand.name.withCString { name in
                var arguments = [UnsafeMutablePointer(mutating: path), UnsafeMutablePointer(mutating: name), nil]
                // A crash must not print a user's file into the log.
                return "SWIFT_BACKTRACE=enable=no".withCString { setting in
                    var environment = [UnsafeMutablePointer(mutating: setting), nil]
                    return posix_spawn(&pid, path, &actions, &attributes, &arguments, &environment)
                }
            }
        }
        guard result == 0 else { throw HelperFailure("the helper did not start: \(String(cString: strerror(result)))") }
        return pid
    }

    private func reap(_ pid: pid_t, _ status: inout Int32) {
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    private func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    }
}

/// The helper could not be asked.
package struct HelperFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
