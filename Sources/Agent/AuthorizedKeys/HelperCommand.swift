import FoundationEssentials
import Glibc

/// The hidden command under which the agent starts itself as its helper: a request on stdin, an answer on stdout.
package enum HelperCommand {
    package static let name = "__authorized-keys"
    static let limit = 1 << 16

    /// Call before anything starts a thread.
    package static func run() -> Int32 {
        umask(0o077)
        // Whatever hangs (a dead file server), this process does not stay.
        alarm(30)
        do {
            let input = try Descriptor(dup(STDIN_FILENO), "dup").read(limit: limit)
            let request = try JSONDecoder().decode(HelperRequest.self, from: Data(input))
            var helper = Helper()
            let answer = try JSONEncoder().encode(helper.answer(request))
            try Descriptor(dup(STDOUT_FILENO), "dup").write(Array(answer))
            return 0
        } catch {
            return 1
        }
    }
}
