import PluginKit

/// Where a secret lies below the secrets directory. `vigo/web/dan` is the file `vigo/web/dan,sealed`: no segment has a
/// comma, so that `a` and `a/b` are a file and a directory with names of their own, and so is whatever else lies there. A
/// directory's name never begins with a dot, which would hide it, and which root's `.master.key` does: `,.x` is `.x`.
struct KeyPath: Equatable {
    static let ending = ",sealed"
    private static let hidden = ","

    let directories: [String]
    let file: String

    init(_ key: SecretKey) {
        let segments = key.segments
        directories = segments.dropLast().map(Self.directory)
        file = segments.last! + Self.ending
    }

    static func directory(_ segment: Substring) -> String {
        segment.hasPrefix(".") ? Self.hidden + segment : String(segment)
    }

    /// The segment for which a directory of that name is made; nil for one that the vault did not make.
    static func segment(ofDirectory name: String) -> String? {
        let segment = name.hasPrefix(hidden) ? String(name.dropFirst()) : name
        let isEscaped = name.hasPrefix(hidden)
        guard SecretKey.isSegment(segment.utf8), segment.hasPrefix(".") == isEscaped else { return nil }
        return segment
    }

    /// The last segment of the secret in a file of that name.
    static func segment(ofFile name: String) -> String? {
        guard name.hasSuffix(ending) else { return nil }
        let segment = String(name.dropLast(ending.count))
        return SecretKey.isSegment(segment.utf8) ? segment : nil
    }
}
