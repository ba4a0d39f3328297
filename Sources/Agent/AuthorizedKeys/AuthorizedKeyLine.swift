/// One line of authorized_keys as sshd reads it. Nil for empty lines, comments, and whatever sshd would not accept:
/// a line that sshd passes over authorizes nobody.
package struct AuthorizedKeyLine: Equatable, Sendable {
    package let options: AuthorizedKeyOptions
    package let key: AuthorizedKey

    package init?(parsing line: ArraySlice<UInt8>) {
        // sshd works on C strings: behind a NUL there is nothing.
        var rest = line.prefix { $0 != 0 }.drop(while: Self.isBlank)
        guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
        if Self.startsWithAlgorithm(rest) {
            options = AuthorizedKeyOptions()
        } else {
            guard let text = Self.takeOptions(from: &rest), let parsed = AuthorizedKeyOptions(parsing: text) else {
                return nil
            }
            options = parsed
            rest = rest.drop(while: Self.isBlank)
        }
        let algorithm = String(decoding: rest.prefix { !Self.isBlank($0) }, as: UTF8.self)
        guard AuthorizedKey.algorithms.contains(algorithm) else { return nil }
        let encoded = rest.drop { !Self.isBlank($0) }.drop(while: Self.isBlank)
            .prefix { !Self.isBlank($0) && $0 != UInt8(ascii: "\r") }
        guard let blob = Base64.decode(encoded) else { return nil }
        key = AuthorizedKey(algorithm: algorithm, blob: blob)
    }

    private static func startsWithAlgorithm(_ bytes: ArraySlice<UInt8>) -> Bool {
        AuthorizedKey.algorithms.contains(String(decoding: bytes.prefix { !isBlank($0) }, as: UTF8.self))
    }

    /// Everything up to the first blank outside of quotation marks; nil where a quotation does not end.
    private static func takeOptions(from bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var isQuoted = false
        var index = bytes.startIndex
        while index < bytes.endIndex, isQuoted || !isBlank(bytes[index]) {
            let isEscape =
                bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.endIndex
                && bytes[index + 1] == UInt8(ascii: "\"")
            if isEscape {
                index += 1
            } else if bytes[index] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            index += 1
        }
        guard !isQuoted else { return nil }
        defer { bytes = bytes[index...] }
        return bytes[..<index]
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
