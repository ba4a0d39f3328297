import Foundation
import NIOSSL
import Trust

/// The certificate for port 8443 that `vigocli secrets generate-certs` made: `cert` and `key` in the tls directory.
enum GeneratedCertificate {
    /// Nil where there is none, or where it is over, another CA's or another key's: the server's own serves better then.
    static func read(
        _ directory: String,
        _ authority: CertificateAuthority,
        _ now: Date
    ) throws -> (chain: [NIOSSLCertificate], key: NIOSSLPrivateKey)? {
        let (certificatePath, keyPath) = ("\(directory)/cert", "\(directory)/key")
        guard let pem = try? String(contentsOfFile: certificatePath, encoding: .utf8),
            let key = (try? String(contentsOfFile: keyPath, encoding: .utf8)).map({ Secret($0) }),
            authority.vouches(for: pem, key: key, at: now)
        else { return nil }
        return (
            try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)),
            try key.withBytes { try NIOSSLPrivateKey(bytes: Array($0), format: .pem) }
        )
    }
}
