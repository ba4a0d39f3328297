package import Foundation

/// glibc's POSIX_SPAWN_SETSID, which it shows with _GNU_SOURCE only.
private let posixSpawnSetSID: Int16 = 0x80

/// A process that was spawned here, and its end.
///
/// Not Foundation's Process: that takes a child which closes the descriptors it inherits, as sshd does, for one that has ended,
/// and blocks for all others until it has.
package final class Child: @unchecked Sendable {
    package let processID: pid_t
    private let lock = NSLock()
    private var status: Int32?

    /// Descriptors 0, 1 and 2 are opened by these paths, in a session of its own where asked: a terminal then becomes the controlling one.
    package init(
        _ executable: URL,
        _ arguments: [String],
        environment: [String: String],
        standard: [(path: String, flags: Int32)],
        ownSession: Bool = false
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in standard.enumerated() {
            posix_spawn_file_actions_addopen(&actions, Int32(number), file.path, file.flags, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if ownSession { posix_spawnattr_setflags(&attributes, posixSpawnSetSID) }

        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let argv = ([executable.path] + arguments).map { strdup($0) } + [nil]
        let envp = merged.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var processID: pid_t = 0
        let failure = posix_spawn(&processID, executable.path, &actions, &attributes, argv, envp)
        guard failure == 0 else {
            throw NeverHappened(
                description: "\(executable.path) cannot be started: \(String(cString: strerror(failure)))"
            )
        }
        self.processID = processID
    }

    /// The exit status as a shell would show it, 128+n after a signal; nil while it runs.
    package var exitStatus: Int32? {
        lock.withLock {
            if status == nil {
                var waited: Int32 = 0
                if waitpid(processID, &waited, WNOHANG) == processID {
                    status = waited & 0x7f == 0 ? (waited >> 8) & 0xff : 128 + (waited & 0x7f)
                }
            }
            return status
        }
    }

    package var isRunning: Bool { exitStatus == nil }

    /// Does nothing once it has ended: the number may be another's by then.
    package func signal(_ number: Int32) {
        if isRunning { Glibc.kill(processID, number) }
    }

    package func waitUntilExit() -> Int32 {
        while true {
            if let exitStatus { return exitStatus }
            usleep(2000)
        }
    }
}
