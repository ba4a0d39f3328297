package import Foundation

/// What a debugger of root's would find in a process.
package enum ProcessMemory {
    /// How often these bytes stand in memory that it can write to.
    package static func count(of marker: [UInt8], in process: pid_t) throws -> Int {
        let maps = try String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
        let memory = try FileHandle(forReadingFrom: URL(filePath: "/proc/\(process)/mem"))
        defer { try? memory.close() }
        var count = 0
        for line in maps.split(separator: "\n") where line.contains(" rw") {
            let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt64($0, radix: 16) }
            guard ends.count == 2, (try? memory.seek(toOffset: ends[0])) != nil,
                let bytes = try? memory.read(upToCount: Int(ends[1] - ends[0]))
            else { continue }
            var rest = bytes[...]
            while let found = rest.range(of: Data(marker)) {
                count += 1
                rest = rest[found.upperBound...]
            }
        }
        return count
    }
}
