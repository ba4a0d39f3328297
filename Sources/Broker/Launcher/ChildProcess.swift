import Glibc

/// A program of ours, with an empty environment and no descriptor but 0, 1 and 2 (all others are close-on-exec).
enum ChildProcess {
    struct Failure: Error {
        let number: Int32
    }

    /// What is not given is inherited.
    static func spawn(
        _ path: String,
        _ arguments: [String],
        input: Int32? = nil,
        output: Int32? = nil,
        errors: Int32? = nil,
        leadsGroup: Bool = false
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [input, output, errors].enumerated() {
            if let source { posix_spawn_file_actions_adddup2(&actions, source, Int32(target)) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | (leadsGroup ? POSIX_SPAWN_SETPGROUP : 0)))

        var pid: pid_t = 0
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        let result = posix_spawn(&pid, path, &actions, &attributes, &pointers, &environment)
        guard result == 0 else { throw Failure(number: result) }
        return pid
    }
}
