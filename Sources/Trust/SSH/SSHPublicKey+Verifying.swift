import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Signatures as an ssh-agent makes them: `string algorithm, string signature`, and for hardware tokens flags and a counter
/// (RFC 8709, RFC 5656 section 3.1.2, RFC 8332, OpenSSH PROTOCOL.u2f). SHA-1 proves nothing here.
extension SSHPublicKey {
    package func isValid(signature: [UInt8], of data: [UInt8]) -> Bool {
        var reader = SSHWireReader(signature)
        guard let name = reader.text(), let value = reader.string().map(Array.init) else { return false }
        if algorithm == "ssh-rsa" { return reader.isAtEnd && isValidRSA(value, of: data, name) }
        guard name == algorithm else { return false }
        switch algorithm {
        case "ssh-ed25519": return reader.isAtEnd && isValidEd25519(value, of: data)
        case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
            return reader.isAtEnd && isValidECDSA(value, of: data)
        default:
            guard let flags = reader.byte(), let counter = reader.integer(), reader.isAtEnd else { return false }
            // Without it the token would sign for whoever can reach it, with nobody there.
            guard flags & Self.userPresent != 0 else { return false }
            let asked = Self.tokenData(application: fields.last ?? [], flags, counter, data)
            return algorithm == "sk-ssh-ed25519@openssh.com"
                ? isValidEd25519(value, of: asked) : isValidECDSA(value, of: asked)
        }
    }

    private static let userPresent: UInt8 = 1

    /// The blob's strings after the algorithm's name.
    private var fields: [[UInt8]] {
        var reader = SSHWireReader(blob)
        var fields: [[UInt8]] = []
        while let field = reader.string() { fields.append(Array(field)) }
        return Array(fields.dropFirst())
    }

    private func isValidEd25519(_ value: [UInt8], of data: [UInt8]) -> Bool {
        guard let point = fields.first, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point) else {
            return false
        }
        return key.isValidSignature(value, for: data)
    }

    private func isValidECDSA(_ value: [UInt8], of data: [UInt8]) -> Bool {
        guard fields.count >= 2 else { return false }
        let point = fields[1]
        let width = (point.count - 1) / 2
        var reader = SSHWireReader(value)
        guard let r = reader.number(width: width), let s = reader.number(width: width), reader.isAtEnd else {
            return false
        }
        do {
            switch width {
            case 32:
                return try P256.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(.init(rawRepresentation: r + s), for: data)
            case 48:
                return try P384.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(.init(rawRepresentation: r + s), for: data)
            default:
                return try P521.Signing.PublicKey(x963Representation: point)
                    .isValidSignature(.init(rawRepresentation: r + s), for: data)
            }
        } catch { return false }
    }

    private func isValidRSA(_ value: [UInt8], of data: [UInt8], _ name: String) -> Bool {
        guard fields.count == 2 else { return false }
        let modulus = Array(fields[1].drop { $0 == 0 })
        // Some agents leave out leading zeros.
        guard value.count <= modulus.count,
            let key = try? _RSA.Signing.PublicKey(n: modulus, e: Array(fields[0].drop { $0 == 0 }))
        else { return false }
        let whole = Array(repeating: 0, count: modulus.count - value.count) + value
        let signature = _RSA.Signing.RSASignature(rawRepresentation: whole)
        return switch name {
        case "rsa-sha2-256":
            key.isValidSignature(signature, for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5)
        case "rsa-sha2-512":
            key.isValidSignature(signature, for: SHA512.hash(data: data), padding: .insecurePKCS1v1_5)
        default: false
        }
    }

    /// What a hardware token signs in place of the data.
    private static func tokenData(
        application: [UInt8],
        _ flags: UInt8,
        _ counter: UInt32,
        _ data: [UInt8]
    ) -> [UInt8] {
        var writer = SSHWireWriter()
        writer.raw(SHA256.hash(data: application))
        writer.raw([flags])
        writer.integer(counter)
        writer.raw(SHA256.hash(data: data))
        return writer.bytes
    }
}
