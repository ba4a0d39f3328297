import Crypto
import Foundation
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

extension CheckInFacts {
    /// What the message says, shortened and without what a terminal would obey. The address is the connection's.
    init(_ message: Vigo_Agent_V1_CheckIn, address: String) {
        self.init(
            hostname: Self.plain(message.hostname),
            address: address,
            os: Self.plain(message.os),
            arch: Self.plain(message.arch),
            agentVersion: Self.plain(message.agentVersion)
        )
    }

    private static func plain(_ text: String) -> String {
        let plain = text.utf8.filter { (0x21...0x7e).contains($0) }.prefix(CheckInLimits.text)
        return String(decoding: plain, as: UTF8.self)
    }
}

extension Date {
    /// Since 1970, as messages carry it.
    var milliseconds: UInt64 { UInt64(max(0, timeIntervalSince1970 * 1000)) }
}
