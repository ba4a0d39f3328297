import Glibc

/// The list in `from="…"`: addresses, wildcards and CIDR blocks, with `!` for those that must not match.
struct SourcePatterns {
    private let patterns: [Substring]

    init(_ list: String) {
        patterns = list.split(separator: ",", omittingEmptySubsequences: true)
    }

    /// The agent connects from one of these two addresses.
    var matchLoopback: Bool {
        matches("127.0.0.1") || matches("::1")
    }

    func matches(_ address: String) -> Bool {
        var isMatched = false
        for pattern in patterns {
            let isNegated = pattern.first == "!"
            let body = isNegated ? pattern.dropFirst() : pattern
            guard Self.matches(String(body), address) else { continue }
            if isNegated { return false }
            isMatched = true
        }
        return isMatched
    }

    private static func matches(_ pattern: String, _ address: String) -> Bool {
        guard let slash = pattern.firstIndex(of: "/") else {
            return wildcard(Array(pattern.lowercased().utf8)[...], Array(address.utf8)[...])
        }
        guard let length = Int(pattern[pattern.index(after: slash)...]),
            let block = bytes(of: String(pattern[..<slash])), let candidate = bytes(of: address),
            block.count == candidate.count, (0...block.count * 8).contains(length)
        else { return false }
        return (0..<length).allSatisfy { bit in
            (block[bit / 8] ^ candidate[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }

    private static func wildcard(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        // Without recursion: a pattern of many stars must not cost exponential time.
        var (p, t) = (pattern.startIndex, text.startIndex)
        var star: (pattern: Int, text: Int)?
        while t < text.endIndex {
            if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.endIndex, pattern[p] == UInt8(ascii: "?") || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (p, t) = (last.pattern + 1, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private static func bytes(of address: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        if inet_pton(AF_INET6, address, &six) == 1 { return withUnsafeBytes(of: six) { Array($0) } }
        return nil
    }
}
