import Crypto
import Foundation
import NIOSSL
import Trust

/// The server's CA, its certificates and its identity: read, or made at the first start.
struct ServerKeys: Sendable {
    let authority: CertificateAuthority
    /// Signs check-in answers.
    let identity: EnvoyIdentity
    /// The server's own certificate, signed by its CA: for agents, and for the web unless another was configured.
    let certificate: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey
    /// For port 8443.
    let webCertificate: [NIOSSLCertificate]
    let webKey: NIOSSLPrivateKey
    /// Whether the web certificate leads to the server's own CA.
    let isWebOwn: Bool

    private static let authorityValidity = Duration.seconds(20 * 366 * 86_400)
    private static let certificateValidity = Duration.seconds(2 * 366 * 86_400)

    /// `names` are what the server is reached by.
    init(directory: String, configured: ConfiguredTLS, names: [String], now: Date) throws(StartError) {
        do {
            authority = try Self.authority(directory, configured, now)
            identity = try Self.identity("\(directory)/identity_key")
            let own = try Self.ownCertificate(directory, authority, names, now)
            (certificate, key) = own
            if let chain = configured.certificate, let key = configured.key {
                webCertificate = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8))
                webKey = try key.withBytes { try NIOSSLPrivateKey(bytes: Array($0), format: .pem) }
                isWebOwn = false
            } else if let generated = try GeneratedCertificate.read(directory, authority, now) {
                (webCertificate, webKey) = (generated.chain, generated.key)
                isWebOwn = true
            } else {
                (webCertificate, webKey) = own
                isWebOwn = true
            }
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError("the server's certificates cannot be used: \(error)")
        }
    }

    private static func authority(
        _ directory: String,
        _ configured: ConfiguredTLS,
        _ now: Date
    ) throws -> CertificateAuthority {
        if let certificate = configured.authority {
            guard let key = configured.authorityKey else {
                throw StartError(
                    "server.tls.ca_file: expected ca_key_file beside it; agents' certificates are signed with it"
                )
            }
            return try CertificateAuthority(
                certificatePEM: certificate,
                keyPEM: key.withBytes { String(decoding: $0, as: UTF8.self) }
            )
        }
        let keyPath = "\(directory)/ca_key"
        // `vigocli secrets generate-certs` has written the first, an earlier start of the server the second.
        let generated = "\(directory)/ca"
        let certificatePath =
            FileManager.default.fileExists(atPath: generated) ? generated : "\(directory)/ca_cert"
        let exists = FileManager.default.fileExists(atPath: keyPath)
        guard exists || !FileManager.default.fileExists(atPath: certificatePath) else {
            // A new CA would lock every agent out.
            throw StartError("\(keyPath) is missing although \(certificatePath) is there; restore it from a backup")
        }
        if !exists {
            let new = try CertificateAuthority.create(name: "Vigo CA", validity: authorityValidity, now: now)
            try PrivateFile.write(new.keyPEM, to: keyPath)
            try PrivateFile.write(Array(new.certificatePEM.utf8), to: certificatePath, mode: 0o644)
            return new
        }
        return try CertificateAuthority(
            certificatePEM: String(contentsOfFile: certificatePath, encoding: .utf8),
            keyPEM: String(contentsOfFile: keyPath, encoding: .utf8)
        )
    }

    private static func identity(_ path: String) throws -> EnvoyIdentity {
        if FileManager.default.fileExists(atPath: path) {
            return try EnvoyIdentity(pem: String(contentsOfFile: path, encoding: .utf8))
        }
        let new = EnvoyIdentity()
        try PrivateFile.write(new.pem, to: path)
        return new
    }

    /// Kept as long as it is good for these names and not in its last third: browsers ask again about each new one.
    private static func ownCertificate(
        _ directory: String,
        _ authority: CertificateAuthority,
        _ names: [String],
        _ now: Date
    ) throws -> ([NIOSSLCertificate], NIOSSLPrivateKey) {
        let (certificatePath, keyPath) = ("\(directory)/server_cert", "\(directory)/server_key")
        let namesPath = "\(directory)/server_names"
        let wanted = ([authority.certificatePEM] + names).joined(separator: "\n")
        if let text = try? String(contentsOfFile: certificatePath, encoding: .utf8),
            (try? String(contentsOfFile: namesPath, encoding: .utf8)) == wanted,
            let chain = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)), let first = chain.first,
            Double(first.notValidAfter) - now.timeIntervalSince1970 > Double(certificateValidity.components.seconds)
                / 3,
            let key = try? NIOSSLPrivateKey(file: keyPath, format: .pem)
        {
            return (chain, key)
        }
        let key = P256.Signing.PrivateKey()
        let issued = try authority.issueServerCertificate(
            names: names,
            key: key,
            validity: certificateValidity,
            now: now
        )
        let pem = Secret(key.pemRepresentation)
        try PrivateFile.write(pem, to: keyPath)
        try PrivateFile.write(Array(issued.pem.utf8), to: certificatePath, mode: 0o644)
        try PrivateFile.write(Array(wanted.utf8), to: namesPath, mode: 0o644)
        return (
            try NIOSSLCertificate.fromPEMBytes(Array(issued.pem.utf8)),
            try pem.withBytes { try NIOSSLPrivateKey(bytes: Array($0), format: .pem) }
        )
    }
}

/// Certificates and keys from files that server.yaml names, read while the server may still read them.
package struct ConfiguredTLS: Sendable {
    var certificate: String?
    var key: Secret?
    var authority: String?
    var authorityKey: Secret?

    package init(_ files: ServerConfiguration.TLS) throws(StartError) {
        certificate = try Self.read(files.certificateFile, "server.tls.cert_file")
        key = try Self.read(files.keyFile, "server.tls.key_file").map { Secret($0) }
        authority = try Self.read(files.caFile, "server.tls.ca_file")
        authorityKey = try Self.read(files.caKeyFile, "server.tls.ca_key_file").map { Secret($0) }
    }

    private static func read(_ path: String?, _ setting: String) throws(StartError) -> String? {
        guard let path else { return nil }
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw StartError("\(setting): \(path) cannot be read: \(error.localizedDescription)")
        }
    }
}
