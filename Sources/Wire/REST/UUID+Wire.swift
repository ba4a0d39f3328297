#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// UUIDs in lower case, as RFC 9562 section 4 writes them and as they stand in URLs, tables and the audit log. Foundation would write capitals; what the
/// compiler makes of `Codable` in this module takes these instead.
extension KeyedEncodingContainer {
    mutating func encode(_ id: UUID, forKey key: Key) throws {
        try encode(id.uuidString.lowercased(), forKey: key)
    }

    mutating func encodeIfPresent(_ id: UUID?, forKey key: Key) throws {
        guard let id else { return }
        try encode(id, forKey: key)
    }
}
