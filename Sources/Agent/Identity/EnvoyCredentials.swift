import FoundationEssentials
import NIOSSL
import Trust
import X509

/// Who this envoy is, read from its configuration directory.
struct EnvoyCredentials: Sendable {
    let identity: EnvoyIdentity
    let tlsKey: NIOSSLPrivateKey
    let chain: [NIOSSLCertificate]
    let certificate: Certificate
    let authorities: [Certificate]

    init(in directories: AgentDirectories) throws {
        let identityText = try PrivateFile.text(directories.identityKey)
        guard let identity = try? EnvoyIdentity(pem: identityText) else {
            throw ConfigurationError("\(directories.identityKey): expected an Ed25519 private key in PEM")
        }
        self.identity = identity
        tlsKey = try Self.parsing(directories.tlsKey, "a private key in PEM") {
            try NIOSSLPrivateKey(bytes: $0, format: .pem)
        }
        let chain = try Self.parsing(directories.certificate, "certificates in PEM") {
            try NIOSSLCertificate.fromPEMBytes($0)
        }
        self.chain = chain
        let leaf = try Self.parsing(directories.certificate, "certificates in PEM") { _ in
            try chain.first.map { try Certificate(derEncoded: $0.toDERBytes()) }
        }
        guard let leaf else { throw ConfigurationError("\(directories.certificate): expected certificates in PEM") }
        certificate = leaf
        authorities = try Self.parsing(directories.certificateAuthority, "certificates in PEM") {
            try NIOSSLCertificate.fromPEMBytes($0).map { try Certificate(derEncoded: $0.toDERBytes()) }
        }
        // Else every connection would fail, for ever.
        guard Self.fit(tlsKey, chain) else {
            throw ConfigurationError(
                "\(directories.tlsKey): not the key of the certificate in \(directories.certificate); enroll again (vigo register --token … --force)"
            )
        }
    }

    /// Whether a certificate is of this key.
    static func fit(_ key: NIOSSLPrivateKey, _ chain: [NIOSSLCertificate]) -> Bool {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = chain.map { .certificate($0) }
        configuration.privateKey = .privateKey(key)
        configuration.trustRoots = .certificates([])
        return (try? NIOSSLContext(configuration: configuration)) != nil
    }

    /// The configuration of a connection to port 1530.
    func context(speaking protocols: String...) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateChain = chain.map { .certificate($0) }
        configuration.privateKey = .privateKey(tlsKey)
        configuration.applicationProtocols = protocols
        // ServerTrust looks at the chain; NIOSSL must only insist on there being one.
        configuration.certificateVerification = .fullVerification
        configuration.trustRoots = .certificates([])
        return try NIOSSLContext(configuration: configuration)
    }

    private static func parsing<T>(_ path: String, _ expected: String, _ parse: ([UInt8]) throws -> T) throws -> T {
        let bytes = try PrivateFile.read(path)
        do {
            return try parse(bytes)
        } catch {
            throw ConfigurationError("\(path): expected \(expected)")
        }
    }
}
