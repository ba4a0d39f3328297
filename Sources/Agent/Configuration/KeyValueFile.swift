import Trust

/// `key = value`, one a line, `#` for comments.
struct KeyValueFile: Equatable {
    struct Entry: Equatable {
        let key: String
        let value: String
        let line: Int
    }

    let entries: [Entry]

    init(parsing text: String, file: String) throws(ConfigurationError) {
        var entries: [Entry] = []
        // By scalars: to Swift, the line ending of Windows is one character that equals neither of its two.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let content = Self.trimmed(Substring(line))
            if content.isEmpty || content.hasPrefix("#") { continue }
            guard let equals = content.firstIndex(of: "=") else {
                throw ConfigurationError("\(file):\(index + 1): expected key = value")
            }
            let key = String(Self.trimmed(content[..<equals]))
            guard !entries.contains(where: { $0.key == key }) else {
                throw ConfigurationError("\(file):\(index + 1): \(PrintableText.of(key, upTo: 60)) stands here twice")
            }
            let value = String(Self.trimmed(content[content.index(after: equals)...]))
            entries.append(Entry(key: key, value: value, line: index + 1))
        }
        self.entries = entries
    }

    subscript(key: String) -> String? {
        entries.first { $0.key == key }?.value
    }

    static func text(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0) = \($1)\n" }.joined()
    }

    private static func trimmed(_ text: some StringProtocol) -> Substring {
        let blanks: Set<Character> = [" ", "\t", "\r"]
        var rest = Substring(text)
        while let first = rest.first, blanks.contains(first) { rest.removeFirst() }
        while let last = rest.last, blanks.contains(last) { rest.removeLast() }
        return rest
    }
}

/// A configuration that the agent does not start with: where it stands and what was expected.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
