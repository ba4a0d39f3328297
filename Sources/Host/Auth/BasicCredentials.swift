import Foundation
import Trust

/// `Authorization: Basic`: a name and a password in base64 (RFC 7617).
struct BasicCredentials: Sendable {
    let username: String
    let password: Secret

    /// Nil for what is none.
    init?(_ encoded: some StringProtocol) {
        guard var bytes = Data(base64Encoded: String(encoded)), bytes.count <= 2048 else { return nil }
        defer { bytes.resetBytes(in: bytes.indices) }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let username = String(bytes: bytes[..<colon], encoding: .utf8)
        else { return nil }
        self.username = username
        password = Secret(bytes[bytes.index(after: colon)...])
    }
}
