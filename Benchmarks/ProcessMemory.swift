import Foundation
import Lab

enum ProcessMemory {
    /// KiB, from /proc/PID/smaps_rollup: pages that processes share count in shares.
    static func proportionalSetSize(_ process: pid_t) throws -> Int {
        let rollup = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let line = rollup.split(separator: "\n").first { $0.hasPrefix("Pss:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    static func children(of process: pid_t) throws -> [pid_t] {
        try Command.shell("pgrep -P \(process)").output.split(separator: "\n").compactMap { pid_t($0) }
    }
}
