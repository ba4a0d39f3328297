#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Wrong passphrases so far, by who typed them. Each one makes that person wait longer before the next, up to half a minute:
/// nobody can keep another one out, nor anybody for good.
package struct FailedUnlocks: Equatable, Sendable {
    private struct Entry: Codable, Equatable {
        var count: Int
        /// Seconds since 1970.
        var last: Int64
    }

    private var entries: [String: Entry] = [:]

    /// Wrong ones that cost nothing.
    package static let free = 3
    package static let longestWait: Int64 = 30
    /// After so many quiet seconds all is forgotten.
    private static let memory: Int64 = 3600
    private static let most = 1000
    /// Later than any clock shows, and far from where numbers end.
    private static let latest: Int64 = 1 << 40
    package static let largestFile = 64 << 10

    package init() {}

    /// Seconds until the next attempt counts; zero when it may be made now.
    package func wait(for person: String, at now: Int64) -> Int64 {
        guard let entry = entries[person], entry.count >= Self.free else { return 0 }
        let pause = min(Self.longestWait, Int64(1) << min(Int64(entry.count - Self.free), 10))
        // A clock that was set back must not make the pause longer.
        return min(pause, max(0, entry.last + pause - now))
    }

    /// Before the passphrase is looked at: who kills the program while it thinks has used up an attempt too.
    package mutating func attempted(by person: String, at now: Int64) {
        entries = entries.filter { abs(now - $0.value.last) < Self.memory }
        if entries.count >= Self.most { entries = [:] }
        entries[person] = Entry(count: min((entries[person]?.count ?? 0) + 1, 1000), last: now)
    }

    package mutating func succeeded(_ person: String) { entries[person] = nil }
}

extension FailedUnlocks {
    /// What cannot be read counts as empty: whoever can damage the file can delete it as well.
    package init(file: [UInt8]) {
        guard file.count <= Self.largestFile,
            let entries = try? JSONDecoder().decode([String: Entry].self, from: Data(file))
        else { return }
        self.entries = entries.filter { $0.value.count > 0 && (0...Self.latest).contains($0.value.last) }
            .mapValues { Entry(count: min($0.count, 1000), last: $0.last) }
    }

    package var file: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array((try? encoder.encode(entries)) ?? Data())
    }
}
