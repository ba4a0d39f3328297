/// Bytes that are no opening of a tunnel, or a message too large to be one.
package enum TunnelFrameError: Error, Equatable, CustomStringConvertible {
    case tooLarge(bytes: Int, limit: Int)
    case malformed(String)

    package var description: String {
        switch self {
        case .tooLarge(let bytes, let limit): "a tunnel message of \(bytes) bytes, where at most \(limit) are allowed"
        case .malformed(let name): "a tunnel message that is no \(name)"
        }
    }
}
