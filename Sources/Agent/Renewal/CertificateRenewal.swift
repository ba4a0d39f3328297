import FoundationEssentials
import NIOSSL
import Trust
import Wire

/// A new TLS key and its certificate, asked for over the connection that the old ones made.
struct CertificateRenewal: Sendable {
    let directories: AgentDirectories

    typealias Ask =
        @Sendable (Vigo_Agent_V1_RenewCertificateRequest) async throws
        -> Vigo_Agent_V1_RenewCertificateResponse

    /// Returns with the new ones in place; on any error the old ones are.
    func run(_ credentials: EnvoyCredentials, ask: Ask) async throws -> EnvoyCredentials {
        let request = try CertificateRequest()
        let proof = try request.proof(by: credentials.identity)
        let response = try await ask(
            .with {
                $0.certificateRequest = Data(request.der)
                $0.proof = Data(proof)
            }
        )
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(response.certificateChain.utf8)), !chain.isEmpty,
            EnvoyCredentials.fit(
                try NIOSSLPrivateKey(bytes: Array(request.key.pemRepresentation.utf8), format: .pem),
                chain
            )
        else { throw ConfigurationError("the server's certificate is not for the key that it was asked for") }
        // Key and certificate change places together with the whole directory: after a crash they still match.
        let kept = ["config", "identity.pem", "ca.pem"]
        var files = Dictionary(
            uniqueKeysWithValues: try kept.map { name in
                (name, Secret(try PrivateFile.read("\(directories.config)/\(name)")))
            }
        )
        files["tls.key"] = request.keyPEM
        files["certificate.pem"] = Secret(response.certificateChain)
        try EnrollmentDirectory(files: files).install(at: directories)
        return try EnvoyCredentials(in: directories)
    }
}
