/// Why bytes on the message socket make no sense.
package enum WorkerProtocolError: Error, Equatable, Sendable, CustomStringConvertible {
    case frameTooLarge(Int)
    case unknownKind(UInt16)
    case truncated
    case trailingBytes(Int)
    case malformed(String)

    package var description: String {
        switch self {
        case .frameTooLarge(let length): "a frame of \(length) bytes, more than its kind may have"
        case .unknownKind(let kind): "a message of unknown kind \(kind)"
        case .truncated: "a message that ends too early"
        case .trailingBytes(let count): "a message with \(count) bytes too many"
        case .malformed(let what): "nonsense in \(what)"
        }
    }
}
