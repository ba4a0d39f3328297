/// A glob over hostnames: `*` is any run of characters, `?` any one; letters match in both cases.
package struct HostnamePattern: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    /// Letters, digits, `.`, `-`, `_` and the two wildcards, at most 253 characters.
    package init?(_ text: String) {
        // Before letters change case: a few of other scripts become those of ours.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let lowered = text.lowercased()
        let allowed = lowered.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "*"), UInt8(ascii: "?"): true
            default: false
            }
        }
        guard allowed, (1...253).contains(lowered.utf8.count) else { return nil }
        self.text = lowered
    }

    package var description: String { text }

    /// Linear but for the last star, so that a hostile pattern costs no more than its length times the name's.
    package func matches(_ hostname: String) -> Bool {
        let pattern = Array(text.utf8)
        let name = Array(hostname.lowercased().utf8)
        var (p, n) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == name[n] || pattern[p] == UInt8(ascii: "?") {
                p += 1
                n += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (p, n) = (last.pattern + 1, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
