import COpenSSL

/// TLS between two buffers: what comes from the socket goes in, what is for the socket comes out. It never waits.
final class TLSStream {
    private let tls: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private(set) var isEstablished = false

    /// Nil: out of memory.
    init?(_ context: TLSContext, to address: ServerAddress) {
        guard let tls = SSL_new(context.pointer) else { return nil }
        guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(tls)
            return nil
        }
        (self.tls, self.incoming, self.outgoing) = (tls, incoming, outgoing)
        tls_set_client(tls, incoming, outgoing)
        guard tls_expect(tls, address.bareHost, address.isNumeric ? 1 : 0) == 1 else { return nil }
    }

    deinit { SSL_free(tls) }

    /// What the socket brought.
    func receive(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        BIO_write(incoming, bytes.baseAddress, CInt(bytes.count))
    }

    /// What the socket is to send.
    func drain(into target: WipedBytes) {
        withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { part in
            while tls_pending(outgoing) > 0 {
                let count = BIO_read(outgoing, part.baseAddress, CInt(part.count))
                guard count > 0 else { return }
                target.append(UnsafeRawBufferPointer(rebasing: part[..<Int(count)]))
            }
        }
    }

    /// True when it is done; more bytes from the server are needed else.
    func handshake() throws(TransferError) -> Bool {
        guard !isEstablished else { return true }
        ERR_clear_error()
        let result = SSL_do_handshake(tls)
        guard result != 1 else {
            isEstablished = true
            return true
        }
        guard SSL_get_error(tls, result) != SSL_ERROR_WANT_READ else { return false }
        let verdict = SSL_get_verify_result(tls)
        guard verdict == Int(X509_V_OK) else {
            throw TransferError(.untrusted, String(cString: X509_verify_cert_error_string(verdict)))
        }
        throw TransferError(.nonsense, "the TLS handshake failed: \(Self.reason)")
    }

    /// Takes all of it: it lies in memory until the socket has it.
    func write(_ bytes: UnsafeRawBufferPointer) throws(TransferError) {
        var offset = 0
        while offset < bytes.count {
            ERR_clear_error()
            let rest = bytes[offset...]
            let count = SSL_write(tls, UnsafeRawBufferPointer(rebasing: rest).baseAddress, CInt(clamping: rest.count))
            guard count > 0 else { throw TransferError(.cut, "TLS takes nothing more: \(Self.reason)") }
            offset += Int(count)
        }
    }

    /// How many bytes; 0: the server has ended it; nil: nothing now.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TransferError) -> Int? {
        ERR_clear_error()
        let count = SSL_read(tls, buffer.baseAddress, CInt(clamping: buffer.count))
        guard count <= 0 else { return Int(count) }
        switch SSL_get_error(tls, count) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return nil
        case SSL_ERROR_ZERO_RETURN: return 0
        default: throw TransferError(.cut, "TLS was broken: \(Self.reason)")
        }
    }

    private static var reason: String {
        let reason = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) }
        ERR_clear_error()
        return reason ?? "no reason given"
    }
}
