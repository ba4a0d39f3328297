package enum URLPath {
    /// A value as one segment of a path (RFC 3986, section 3.3): all but unreserved characters are escaped.
    package static func segment(_ value: String) -> String {
        var text = ""
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            // “.” and “..” would be taken for steps; within a longer name dots are fine.
            case UInt8(ascii: ".") where value.utf8.contains { $0 != UInt8(ascii: ".") }:
                text += "."
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }
}
