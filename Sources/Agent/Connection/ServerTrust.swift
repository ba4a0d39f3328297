import NIOCore
import NIOSSL
import X509

/// Which certificates a server may show, and under which name. One check for names and addresses alike: NIOSSL itself
/// compares addresses with the peer's, and behind a proxy the peer is the proxy.
struct ServerTrust: Sendable {
    enum Roots: Sendable {
        /// What the operating system trusts.
        case system
        case certificates([Certificate])
    }

    let roots: Roots
    let name: String

    /// Nil when the chain is trusted, otherwise the reason.
    func objection(to chain: [Certificate]) async -> String? {
        guard let leaf = chain.first else { return "it showed none" }
        guard allowsServerAuthentication(leaf) else { return "it is not meant for servers" }
        let store: CertificateStore
        switch roots {
        case .system: store = CertificateStore.systemTrustRoots
        case .certificates(let certificates): store = CertificateStore(certificates)
        }
        let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
        var verifier = Verifier(rootCertificates: store) {
            RFC5280Policy()
            ServerIdentityPolicy(serverHostname: isAddress ? nil : name, serverIP: isAddress ? name : nil)
        }
        let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore(chain.dropFirst()))
        switch result {
        case .validCertificate: return nil
        case .couldNotValidate(let failures):
            let reasons = failures.map { String(describing: $0.policyFailureReason) }
            return reasons.first ?? "it does not lead to a certificate authority that we trust"
        }
    }

    private func allowsServerAuthentication(_ certificate: Certificate) -> Bool {
        guard let usage = try? certificate.extensions.extendedKeyUsage else { return true }
        return usage.contains(.serverAuth)
    }

    /// For NIOSSL: checks in place of BoringSSL, and leaves the reason in `objection`.
    func callback(onObjection: @escaping @Sendable (String) -> Void) -> NIOSSLCustomVerificationCallback {
        { chain, promise in
            let encoded = chain.compactMap { try? $0.toDERBytes() }
            Task {
                let certificates = encoded.compactMap { try? Certificate(derEncoded: $0) }
                if let objection = await self.objection(to: certificates) {
                    onObjection(objection)
                    promise.succeed(.failed)
                } else {
                    promise.succeed(.certificateVerified)
                }
            }
        }
    }
}
