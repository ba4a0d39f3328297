import Crypto
import Foundation
import Store
import Wire

/// Bounds of a check-in.
enum CheckInLimits {
    static let payload = 16 * 1024
    /// Milliseconds.
    static let clockAhead: UInt64 = 10 * 60 * 1000
    static let text = 255
}

enum CheckInDigest {
    static func sha256(_ payload: Data) -> [UInt8] { Array(SHA256.hash(data: payload)) }
}

enum Hexadecimal {
    static func data(_ text: String) -> Data {
        var bytes = Data()
        var rest = text[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension Store {
    /// Notes what a check-in says, shortened and without what a terminal would obey. The address is the connection's; the
    /// hostname stays the one that the envoy enrolled under, since that is what was allowed.
    func checkIn(_ message: Vigo_Agent_V1_CheckIn, of envoy: UUID, address: String, at now: Date) async throws -> Bool {
        try await checkIn(
            envoy,
            time: Int64(clamping: message.time),
            address: address,
            os: Self.plain(message.os),
            arch: Self.plain(message.arch),
            agentVersion: Self.plain(message.agentVersion),
            at: now
        )
    }

    private static func plain(_ text: String) -> String? {
        let plain = text.utf8.filter { (0x21...0x7e).contains($0) }.prefix(CheckInLimits.text)
        return plain.isEmpty ? nil : String(decoding: plain, as: UTF8.self)
    }
}

extension Date {
    /// Since 1970, as messages carry it.
    var milliseconds: UInt64 { UInt64(max(0, timeIntervalSince1970 * 1000)) }
}
