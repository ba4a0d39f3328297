import PluginKit

/// How a secret lies in the KV store: one field, `value`. What we write there is `base64:` and the bytes in base64;
/// anything else is text that somebody wrote with another tool, and stands for itself.
enum StoredValue {
    static let field = "value"
    static let mark = "base64:"
    static let largest = 1 << 20
    /// Of an answer with a value of that size: each byte of a foreign text can be an escape of six.
    static let largestAnswer = 6 * largest + 65_536

    /// The body of a write.
    /// - Parameter version: only while this is the newest one; 0: only if there is none.
    static func document(_ value: UnsafeRawBufferPointer, version: Int? = nil) -> WipedBytes {
        let body = WipedBytes(capacity: value.count * 4 / 3 + 128)
        body.append("{")
        if let version { body.append("\"options\":{\"cas\":\(version)},") }
        body.append("\"data\":{\"\(field)\":\"\(mark)")
        Base64.append(value, to: body)
        body.append("\"}}")
        return body
    }

    enum Problem: Error, Equatable {
        case noField
        case noText
        case brokenBase64
        case tooLarge
        case noAnswer

        var sentence: String {
            switch self {
            case .noField: "it has no field “\(field)”"
            case .noText: "its field “\(field)” is no text"
            case .brokenBase64: "its field “\(field)” begins with “\(mark)” and is no base64"
            case .tooLarge: "it is larger than 1 MiB"
            case .noAnswer: "the server's answer cannot be read"
            }
        }
    }

    /// The value in the answer to a read.
    static func value(in answer: WipedBytes) throws(Problem) -> WipedBytes {
        var stored: WipedBytes?
        do {
            try Answers.data(of: answer) { reader, name in
                guard name == "data" else { return try reader.skip() }
                try reader.membersOrNull { reader, name in
                    guard name == field else { return try reader.skip() }
                    guard try reader.peek() == .text else { throw Problem.noText }
                    let text = WipedBytes()
                    try reader.text(into: text)
                    stored = text
                }
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .noAnswer
        }
        guard let stored else { throw .noField }
        return try decode(stored)
    }

    private static func decode(_ stored: WipedBytes) throws(Problem) -> WipedBytes {
        let isMarked = stored.withBytes { $0.starts(with: mark.utf8) }
        guard isMarked else {
            guard stored.count <= largest else { throw .tooLarge }
            return stored
        }
        let value = WipedBytes(capacity: stored.count * 3 / 4)
        let isWhole = stored.withBytes { bytes in
            Base64.decode(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(mark.utf8.count)), into: value)
        }
        guard isWhole else { throw .brokenBase64 }
        guard value.count <= largest else { throw .tooLarge }
        return value
    }
}
