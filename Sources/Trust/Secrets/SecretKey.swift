/// The name of a secret: segments of `[A-Za-z0-9._-]` between slashes, such as `vigo/web/auth/dan`. One that exists
/// can never name a file outside of the secrets directory.
package struct SecretKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Bytes of a whole key, and of one segment: what fits into a file's name with an ending.
    package static let longest = 512
    package static let longestSegment = 200

    package let description: String

    /// Nil for anything else: `..`, `.`, empty segments, a leading slash, NUL, other characters, over-long names.
    package init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count) else { return nil }
        for segment in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard (1...Self.longestSegment).contains(segment.count), segment.allSatisfy(Self.isAllowed) else {
                return nil
            }
            guard !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8) else { return nil }
        }
        description = text
    }

    package static func < (left: SecretKey, right: SecretKey) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
