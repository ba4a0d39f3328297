#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// JSON as the REST API and the WebSocket speak it: ISO 8601 dates in UTC with fractions of a second, keys in order.
package enum WireJSON {
    package static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return try encoder.encode(value)
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from data: some DataProtocol) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            for fractions in [true, false] {
                if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: fractions))
                {
                    return date
                }
            }
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "a date such as 2026-05-05T13:03:00Z was expected"
                )
            )
        }
        let bytes = Data(data)
        // RFC 8259 section 8.1. Foundation would guess at other encodings, by their zero bytes.
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "JSON is UTF-8"))
        }
        return try decoder.decode(type, from: bytes)
    }
}
