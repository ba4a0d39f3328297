/// Something that was presented is not what it should be; the sentence is for people.
package enum TrustError: Error, Equatable, CustomStringConvertible {
    /// Not readable as what it should be.
    case malformed(String)
    /// Readable, but not to be trusted.
    case untrusted(String)
    case file(path: String, reason: String)

    package var description: String {
        switch self {
        case .malformed(let sentence), .untrusted(let sentence): sentence
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}
