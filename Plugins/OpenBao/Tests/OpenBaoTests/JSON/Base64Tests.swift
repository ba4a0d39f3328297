import Foundation
import Testing

@testable import OpenBao

@Suite struct `Bytes in base64` {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `are what the RFC says`(plain: String, encoded: String) {
        #expect(encode(Array(plain.utf8)) == encoded)
        #expect(decode(encoded) == Array(plain.utf8))
    }

    @Test func `are every byte, at every length`() {
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) }
            let encoded = encode(bytes)
            #expect(encoded == Data(bytes).base64EncodedString())
            #expect(decode(encoded) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "=", "====", "Zm9v=", "Zm 9v", "Zm9v\n", "Zm9-", "Zh==", "Zm9=", "Z=g=",
    ])
    func `are nothing else`(text: String) {
        #expect(decode(text) == nil)
    }

    private func encode(_ bytes: [UInt8]) -> String {
        let target = WipedBytes()
        bytes.withUnsafeBytes { Base64.append($0, to: target) }
        return target.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func decode(_ text: String) -> [UInt8]? {
        let target = WipedBytes()
        return WipedBytes(text).withBytes { Base64.decode($0, into: target) } ? target.withBytes { Array($0) } : nil
    }
}
