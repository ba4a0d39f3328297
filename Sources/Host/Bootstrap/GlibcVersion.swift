import Foundation

/// A version of the GNU C library, as its symbols name it: `GLIBC_2.34`.
package struct GlibcVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    package static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }

    package var description: String { "\(major).\(minor)" }

    /// The newest version that a program asks for: its symbols' versions stand in its string table.
    static func newest(in program: UnsafeRawBufferPointer) -> GlibcVersion? {
        let prefix = Array("GLIBC_".utf8)
        var rest = program[...]
        var newest: GlibcVersion?
        // memchr, not a loop of ours: a debug build's agent has a hundred megabytes.
        while let start = rest.baseAddress, let found = memchr(start, Int32(prefix[0]), rest.count) {
            rest = rest[(rest.startIndex + (UnsafeRawPointer(found) - start))...]
            guard rest.starts(with: prefix) else {
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(prefix.count)
            let text = rest.prefix(12).prefix {
                $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
            let numbers = String(decoding: text, as: UTF8.self).split(separator: ".").compactMap { Int($0) }
            guard numbers.count >= 2 else { continue }
            newest = max(newest ?? GlibcVersion(0, 0), GlibcVersion(numbers[0], numbers[1]))
        }
        return newest
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var baseAddress: UnsafeRawPointer? {
        isEmpty ? nil : base.baseAddress.map { $0 + startIndex }
    }
}
