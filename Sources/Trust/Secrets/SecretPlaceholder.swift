/// What stands in a policy's text in a secret's place, until the agent puts the value there:
/// `__VIGO_SECRET__<key>__END_VIGO_SECRET__`.
package enum SecretPlaceholder {
    private static let opening = Array("__VIGO_SECRET__".utf8)
    private static let closing = Array("__END_VIGO_SECRET__".utf8)

    package static func text(of key: SecretKey) -> String {
        String(decoding: opening + key.description.utf8 + closing, as: UTF8.self)
    }

    /// The keys of all placeholders, each once, in the order of their first appearance. What is between the marks and no key is
    /// no placeholder.
    package static func keys(in text: some StringProtocol) -> [SecretKey] {
        let bytes = Array(text.utf8)
        var keys: [SecretKey] = []
        var seen: Set<SecretKey> = []
        var position = 0
        var end = 0..<0
        while let start = bytes.range(of: opening, from: position) {
            // Underscores are part of keys: the first closing mark that follows ends it.
            if end.lowerBound < start.upperBound {
                guard let next = bytes.range(of: closing, from: start.upperBound) else { break }
                end = next
            }
            // Nothing longer than a key is copied: a text full of marks is read once, not once for each.
            let name = bytes[start.upperBound..<end.lowerBound].prefix(SecretKey.longest + 1)
            if let key = SecretKey(String(decoding: name, as: UTF8.self)) {
                if seen.insert(key).inserted { keys.append(key) }
                position = end.upperBound
            } else {
                // A stray opening mark must not hide the whole placeholder behind it.
                position = start.lowerBound + 1
            }
        }
        return keys
    }
}

extension [UInt8] {
    fileprivate func range(of pattern: [UInt8], from start: Int) -> Range<Int>? {
        guard start + pattern.count <= count else { return nil }
        for position in start...(count - pattern.count)
        where self[position] == pattern[0] && self[position..<position + pattern.count].elementsEqual(pattern) {
            return position..<position + pattern.count
        }
        return nil
    }
}
