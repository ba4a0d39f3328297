import Foundation

/// A name that a machine may enroll under: RFC 1123, with underscores because they are in use, lower case.
package struct Hostname: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        // Before letters change case: a few of other scripts become those of ours.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let lowered = text.lowercased()
        guard (1...253).contains(lowered.utf8.count) else { return nil }
        let labels = lowered.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(Self.isLabel) else { return nil }
        // An envoy is found by name or by UUID: one may not look like the other. Nor like an address.
        guard UUID(uuidString: lowered) == nil, labels.last?.allSatisfy(\.isNumber) != true else { return nil }
        self.text = lowered
    }

    package var description: String { text }

    private static func isLabel(_ label: Substring) -> Bool {
        let bytes = Array(label.utf8)
        guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
            return false
        }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}
