import CLibSSH2
import Glibc
import PluginKit

/// libssh2 as a whole: what to load, what of it to use, what its error numbers mean.
enum SSHLibrary {
    static var version: String { String(cString: libssh2_version(0)) }

    /// Afterwards no file can be opened any more: OpenSSL reads its configuration and finds its providers now.
    static let prepare: Plugin.Prepare = {
        guard libssh2_init(0) == 0 else { throw SessionFailure(.internalError, "libssh2 could not be set up.") }
        // libssh2 leaves that to the first key exchange. It may be built on another library, which has no such function.
        typealias InitialiseCrypto = @convention(c) (_ options: UInt64, _ settings: OpaquePointer?) -> CInt
        if let function = dlsym(nil, "OPENSSL_init_crypto") {
            let loadConfiguration: UInt64 = 0x40
            _ = unsafeBitCast(function, to: InitialiseCrypto.self)(loadConfiguration, nil)
        }
    }

    // Best first; those that a libssh2 does not know are left out. What is broken or weak is not on the lists at all.
    static let keyExchange = [
        "curve25519-sha256", "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521",
        "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
        "diffie-hellman-group14-sha256",
    ]
    static let ciphers = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"]
    static let macs = [
        "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512",
    ]

    static func supported(_ session: OpaquePointer, _ method: CInt) -> Set<String> {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = libssh2_session_supported_algs(session, method, &names)
        guard count > 0, let names else { return [] }
        defer { libssh2_free(session, names) }
        return Set((0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } })
    }

    static func kind(of code: CInt) -> SSHError.Kind {
        switch code {
        case LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_SEND,
            LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_BANNER_SEND:
            .disconnected
        case LIBSSH2_ERROR_KEX_FAILURE, LIBSSH2_ERROR_METHOD_NONE, LIBSSH2_ERROR_METHOD_NOT_SUPPORTED:
            .noCommonAlgorithm
        case LIBSSH2_ERROR_HOSTKEY_INIT, LIBSSH2_ERROR_HOSTKEY_SIGN: .hostKeyUnproved
        case LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED: .authenticationRefused
        case LIBSSH2_ERROR_FILE, LIBSSH2_ERROR_PUBLICKEY_PROTOCOL: .unusableKey
        case LIBSSH2_ERROR_CHANNEL_FAILURE, LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED, LIBSSH2_ERROR_REQUEST_DENIED:
            .requestDenied
        case LIBSSH2_ERROR_TIMEOUT: .timedOut
        default: .other
        }
    }
}
