import Foundation
import Glibc

/// How much more memory than at the beginning this process ever had in use.
struct PeakMemory {
    private let before: Int?

    init() {
        // "5" makes the kernel forget the peak so far (proc(5), clear_refs).
        try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
        before = Self.peak()
    }

    /// Nil where the kernel does not tell.
    var growth: Int? {
        guard let before, let now = Self.peak() else { return nil }
        return now - before
    }

    private static func peak() -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 << 10 }
    }
}
