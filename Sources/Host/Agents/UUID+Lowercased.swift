package import Foundation

extension UUID {
    /// As it is written in certificates, messages and URLs.
    package var lowercased: String { uuidString.lowercased() }
}
