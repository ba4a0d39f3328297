import COpenSSL
import PluginKit

/// What is believed of servers: the certificates of one PEM text, and nothing else.
final class TLSContext {
    let pointer: OpaquePointer

    init(authority: String) throws(SessionFailure) {
        guard let pointer = tls_context() else { throw Self.unusable }
        self.pointer = pointer
        var authority = authority
        guard authority.withUTF8({ tls_believe(pointer, $0.baseAddress, CInt(clamping: $0.count)) }) > 0 else {
            throw SessionFailure(
                .invalid,
                "The parameter ca of the openbao backend must be one or more certificates in PEM, -----BEGIN CERTIFICATE----- and so on."
            )
        }
    }

    deinit { SSL_CTX_free(pointer) }

    /// Loads what OpenSSL would otherwise load at the first connection, when no file can be opened any more: it reads
    /// openssl.cnf, loads the providers named there, and fetches every algorithm.
    static func prepare() throws {
        // Once a process, and before anything else of OpenSSL.
        _ = isMemoryWiped
        guard let context = tls_context(), let connection = SSL_new(context) else { throw unusable }
        SSL_free(connection)
        SSL_CTX_free(context)
    }

    private static let isMemoryWiped = WipingMemory.install()

    private static let unusable = SessionFailure(
        .unsupported,
        "OpenSSL cannot be set up here: see its openssl.cnf."
    )
}
