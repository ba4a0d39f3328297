import PluginKit

/// Paths of the server that keys are made into: with the same rules as keys, nothing in them needs escaping.
enum KeyPath {
    static func isKey(_ text: String) -> Bool { SecretKey(text) != nil }

    /// What the name of a key can begin with: the last segment may be unfinished or not there.
    static func isPrefix(_ text: String) -> Bool {
        text.isEmpty || isKey(text) || isKey(text + "x")
    }

    /// The folder that everything with this prefix lies in: `a/b` of `a/b/c`, nothing of `a`.
    static func folder(ofPrefix prefix: String) -> String {
        prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
    }

    /// Joined by slashes, without the empty ones.
    static func join(_ parts: String...) -> String { parts.filter { !$0.isEmpty }.joined(separator: "/") }

    /// Byte by byte, as keys are sorted.
    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
