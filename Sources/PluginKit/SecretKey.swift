/// The name of a secret, checked: segments of `[A-Za-z0-9._-]` between slashes, none of them `.` or `..`. The server checks
/// the same; a backend never relies on that.
public struct SecretKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public static let longest = 512
    public static let longestSegment = 200

    public let description: String

    public init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count) else { return nil }
        let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.allSatisfy(Self.isSegment) else { return nil }
        description = text
    }

    public init(_ field: UnsafeRawBufferPointer) throws(ExchangeRefusal) {
        guard field.count <= Self.longest, let text = String(validating: field, as: UTF8.self), let key = Self(text)
        else {
            throw ExchangeRefusal(.invalid, "that is no name for a secret")
        }
        self = key
    }

    public var segments: [Substring] { description.split(separator: "/") }

    /// Byte by byte, which for these characters is how Swift compares strings too.
    public static func < (left: SecretKey, right: SecretKey) -> Bool { left.description < right.description }

    public static func isSegment(_ segment: some Collection<UInt8>) -> Bool {
        guard (1...longestSegment).contains(segment.count), segment.allSatisfy(isAllowed) else { return false }
        return !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
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
