import Glibc

/// One connection to the server, with one request at a time. `move` does what can be done without waiting.
final class Connection {
    enum Outcome {
        case working
        case answered(HTTPResponse)
        case failed(TransferError)
    }

    let descriptor: CInt
    private let tls: TLSStream?
    private let buffer: UnsafeMutableRawBufferPointer
    /// For the socket; what was sent of it stays until all of it is.
    private let outgoing = WipedBytes()
    private var sent = 0
    /// Waits for the handshake.
    private var plain: WipedBytes?
    private var parser: ResponseParser?
    private var hasSent = false
    private(set) var isUsable = true

    /// So many reads, and others have their turn.
    private static let readsInARow = 16
    private static let partSize = 64 * 1024

    /// The socket is the connection's to close.
    init(_ descriptor: CInt, tls: TLSStream?) {
        self.descriptor = descriptor
        self.tls = tls
        buffer = .allocate(byteCount: Self.partSize, alignment: 16)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        var on: CInt = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    deinit {
        close(descriptor)
        if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
        buffer.deallocate()
    }

    var isIdle: Bool { parser == nil }
    var wantsToWrite: Bool { sent < outgoing.count }

    func begin(_ request: WipedBytes, largestAnswer: Int) {
        parser = ResponseParser(largestBody: largestAnswer)
        hasSent = false
        plain = request
    }

    /// Of an idle connection: whether the next request may go over it. A server that has something to say now, or ended
    /// it, will not answer.
    func isAlive() -> Bool {
        guard isUsable, isIdle else { return false }
        if case .working = move() { return isUsable }
        return false
    }

    func move() -> Outcome {
        do throws(TransferError) {
            try encode()
            try flush()
            for _ in 0..<Self.readsInARow {
                guard try receive() else { break }
                try encode()
                try flush()
                if let response = takeResponse() { return .answered(response) }
            }
            return .working
        } catch {
            isUsable = false
            parser = nil
            var error = error
            error.wasSent = hasSent
            return .failed(error)
        }
    }

    /// The request goes out when there is a way for it.
    private func encode() throws(TransferError) {
        if let tls {
            let isEstablished = try handshake(tls)
            if isEstablished, let plain {
                try plain.withBytes { bytes throws(TransferError) in try tls.write(bytes) }
                self.plain = nil
                hasSent = true
            }
            tls.drain(into: outgoing)
        } else if let plain {
            outgoing.append(plain)
            self.plain = nil
            hasSent = true
        }
    }

    /// What TLS has to say of a failure goes out too.
    private func handshake(_ tls: TLSStream) throws(TransferError) -> Bool {
        do throws(TransferError) {
            return try tls.handshake()
        } catch {
            tls.drain(into: outgoing)
            try? flush()
            throw error
        }
    }

    private func flush() throws(TransferError) {
        while sent < outgoing.count {
            let count = outgoing.withBytes { bytes in
                send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { return }
            // What it said before it stopped listening may be worth reading.
            guard count >= 0 else { return outgoing.removeAll() }
            sent += count
        }
        guard sent > 0 else { return }
        outgoing.removeAll()
        sent = 0
    }

    /// False: nothing more for now.
    private func receive() throws(TransferError) -> Bool {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count < 0 && errno == EINTR { return true }
        if count < 0 && errno == EAGAIN { return false }
        guard count > 0 else {
            try end(count < 0 ? String(cString: strerror(errno)) : "the connection was closed")
            return true
        }
        let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])
        guard let tls else {
            try take(bytes)
            return true
        }
        tls.receive(bytes)
        guard try handshake(tls) else { return true }
        while let count = try tls.read(into: buffer) {
            guard count > 0 else {
                try end("the connection was closed")
                break
            }
            try take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
        }
        return true
    }

    private func take(_ bytes: UnsafeRawBufferPointer) throws(TransferError) {
        guard let parser else { throw TransferError(.nonsense, "an answer to nothing") }
        guard try parser.take(bytes) == bytes.count else { return isUsable = false }
    }

    private func end(_ words: String) throws(TransferError) {
        isUsable = false
        guard let parser, !parser.isDone else {
            if self.parser == nil { throw TransferError(.cut, words) }
            return
        }
        if let tls, !tls.isEstablished { throw TransferError(.unreachable, "\(words) during the TLS handshake") }
        try parser.end()
    }

    private func takeResponse() -> HTTPResponse? {
        guard let parser, parser.isDone else { return nil }
        if !parser.mayStayOpen || wantsToWrite { isUsable = false }
        self.parser = nil
        return parser.response
    }
}
