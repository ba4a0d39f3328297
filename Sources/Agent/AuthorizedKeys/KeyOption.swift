/// `name` or `name="value"` in front of a key.
struct KeyOption: Equatable {
    /// In lower case: sshd compares without case.
    let name: String
    let value: String?

    /// Comma separated options; nil where they are not written as sshd wants them.
    static func list(_ text: ArraySlice<UInt8>) -> [KeyOption]? {
        var rest = text
        var options: [KeyOption] = []
        while true {
            let name = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
            guard !name.isEmpty else { return nil }
            rest = rest[name.endIndex...]
            var value: String?
            if rest.first == UInt8(ascii: "=") {
                rest = rest.dropFirst()
                guard let quoted = takeQuoted(from: &rest) else { return nil }
                value = quoted
            }
            options.append(KeyOption(name: String(decoding: name, as: UTF8.self).lowercased(), value: value))
            guard let separator = rest.first else { return options }
            guard separator == UInt8(ascii: ",") else { return nil }
            rest = rest.dropFirst()
        }
    }

    /// The text between quotation marks, in which only `\"` is an escape.
    private static func takeQuoted(from rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        var value: [UInt8] = []
        var index = rest.startIndex + 1
        while index < rest.endIndex, rest[index] != UInt8(ascii: "\"") {
            if rest[index] == UInt8(ascii: "\\"), index + 1 < rest.endIndex, rest[index + 1] == UInt8(ascii: "\"") {
                index += 1
            }
            value.append(rest[index])
            index += 1
        }
        guard index < rest.endIndex else { return nil }
        rest = rest[(index + 1)...]
        return String(decoding: value, as: UTF8.self)
    }
}
