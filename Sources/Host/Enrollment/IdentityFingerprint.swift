import Crypto
import Foundation

/// An identity key as people compare it, in the form that OpenSSH uses.
enum IdentityFingerprint {
    static func text(_ key: [UInt8]) -> String {
        "SHA256:" + Data(SHA256.hash(data: key)).base64EncodedString().split(separator: "=").joined()
    }
}
