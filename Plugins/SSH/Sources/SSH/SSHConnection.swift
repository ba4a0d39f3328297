import CLibSSH2
import Glibc
import PluginKit

/// One SSH connection with one channel. The only file that knows libssh2 (`SSHLibrary` loads it): another library could
/// take its place. No call waits: `false` (or `again`) means that the transport has to become ready first.
final class SSHConnection {
    enum Reading: Equatable {
        case bytes(Int)
        case again
        case end
    }

    let transport: SSHTransport
    /// What we offer, as far as this libssh2 knows it.
    private(set) var offer: KeyExchangeOffer
    private let session: OpaquePointer
    private var channel: OpaquePointer?

    /// What a slow operator's terminal can leave waiting in our memory.
    private static let window: UInt32 = 2 * 1024 * 1024
    private static let packet: UInt32 = 32 * 1024

    init(descriptor: CInt, hostKeyAlgorithms: [String]) throws(SSHError) {
        transport = SSHTransport(descriptor: descriptor)
        let context = Unmanaged.passUnretained(transport).toOpaque()
        guard
            let session = libssh2_session_init_ex(
                { count, context in SSHTransport.from(context).memory.allocate(count) },
                { block, context in SSHTransport.from(context).memory.free(block) },
                { block, count, context in SSHTransport.from(context).memory.reallocate(block, count) },
                context
            )
        else {
            throw SSHError(kind: .other, message: "out of memory")
        }
        self.session = session
        offer = KeyExchangeOffer(keyExchange: [], hostKey: [], cipher: [], mac: [])
        libssh2_session_set_blocking(session, 0)
        setCallbacks()
        offer = KeyExchangeOffer(
            keyExchange: prefer(SSHLibrary.keyExchange, [LIBSSH2_METHOD_KEX]),
            hostKey: prefer(hostKeyAlgorithms, [LIBSSH2_METHOD_HOSTKEY]),
            cipher: prefer(SSHLibrary.ciphers, [LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC]),
            mac: prefer(SSHLibrary.macs, [LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC])
        )
    }

    deinit {
        if let channel { libssh2_channel_free(channel) }
        libssh2_session_free(session)
    }

    // MARK: Login

    func handshake() throws(SSHError) -> Bool { try step { libssh2_session_handshake(session, transport.descriptor) } }

    /// The host key that the server proved to hold. Lent until the next call.
    var hostKey: UnsafeRawBufferPointer {
        var count = 0
        var type: CInt = 0
        let key = libssh2_session_hostkey(session, &count, &type)
        return UnsafeRawBufferPointer(start: key, count: count)
    }

    func authenticate(_ username: String, privateKey: UnsafeRawBufferPointer) throws(SSHError) -> Bool {
        try step {
            libssh2_userauth_publickey_frommemory(
                session,
                username,
                username.utf8.count,
                nil,
                0,
                privateKey.baseAddress?.assumingMemoryBound(to: CChar.self),
                privateKey.count,
                nil
            )
        }
    }

    /// The ways in that the server still offers; nil: ask again later.
    func offeredMethods(_ username: String) throws(SSHError) -> [String]? {
        transport.allowReceiving()
        if let list = libssh2_userauth_list(session, username, UInt32(username.utf8.count)) {
            return String(cString: list).split(separator: ",").map(String.init)
        }
        guard libssh2_session_last_errno(session) == LIBSSH2_ERROR_EAGAIN else { throw lastError() }
        return nil
    }

    /// To be called when the server let us in: what it shows to whoever logs in.
    func endLogin() -> String? {
        defer { transport.memory.endLogin() }
        return ssh_login_banner(session).map { String(cString: $0) } ?? transport.memory.queuedBanner
    }

    // MARK: Channel

    func openChannel() throws(SSHError) -> Bool {
        transport.allowReceiving()
        channel = libssh2_channel_open_ex(session, "session", 7, Self.window, Self.packet, nil, 0)
        if channel != nil { return true }
        guard libssh2_session_last_errno(session) == LIBSSH2_ERROR_EAGAIN else { throw lastError() }
        return false
    }

    func requestTerminal(_ type: String, modes: [UInt8], _ size: WindowSize) throws(SSHError) -> Bool {
        let columns = CInt(clamping: size.columns)
        let rows = CInt(clamping: size.rows)
        let (width, height) = (CInt(clamping: size.width), CInt(clamping: size.height))
        return try step {
            modes.withUnsafeBytes { modes in
                libssh2_channel_request_pty_ex(
                    channel,
                    type,
                    UInt32(type.utf8.count),
                    modes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    UInt32(modes.count),
                    columns,
                    rows,
                    width,
                    height
                )
            }
        }
    }

    /// A login shell, or one command.
    func start(_ command: String?) throws(SSHError) -> Bool {
        try step {
            libssh2_channel_process_startup(
                channel,
                command == nil ? "shell" : "exec",
                command == nil ? 5 : 4,
                command,
                UInt32(command?.utf8.count ?? 0)
            )
        }
    }

    func resize(_ size: WindowSize) throws(SSHError) -> Bool {
        try step {
            libssh2_channel_request_pty_size_ex(
                channel,
                CInt(clamping: size.columns),
                CInt(clamping: size.rows),
                CInt(clamping: size.width),
                CInt(clamping: size.height)
            )
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SSHError) -> Reading {
        transport.allowReceiving()
        let count = libssh2_channel_read_ex(
            channel,
            0,
            buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
            buffer.count
        )
        if count > 0 { return .bytes(count) }
        if count == Int(LIBSSH2_ERROR_EAGAIN) { return .again }
        guard count == 0 else { throw error(CInt(clamping: count)) }
        return libssh2_channel_eof(channel) != 0 ? .end : .again
    }

    /// Sees to everything that arrives but leaves the channel's data where it is. Its window closes, and the server
    /// stops; requests of the server are answered all the same.
    func readNothing() throws(SSHError) {
        _ = try step { libssh2_channel_wait_eof(channel) }
    }

    /// How many bytes the channel took; 0 when it has no room.
    func write(_ bytes: UnsafeRawBufferPointer) throws(SSHError) -> Int {
        guard transport.hasRoom else { return 0 }
        // Whatever arrives is read in its own time: a keystroke costs one system call.
        transport.allowReceiving(false)
        let count = libssh2_channel_write_ex(
            channel,
            0,
            bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            bytes.count
        )
        if count == Int(LIBSSH2_ERROR_EAGAIN) { return 0 }
        guard count >= 0 else { throw error(CInt(clamping: count)) }
        return count
    }

    /// A question that changes nothing, true when it was answered. libssh2's own keepalive never takes the answers
    /// out of its queue, which every read then walks; the answer to a channel request is taken out.
    func askWhetherAlive() throws(SSHError) -> Bool {
        do {
            return try step { libssh2_channel_setenv_ex(channel, "SCRIER_ALIVE", 12, "1", 1) }
        } catch let error where error.kind == .requestDenied {
            return true
        }
    }

    /// True when both sides have closed the channel: `exit` is known then.
    func closeChannel() throws(SSHError) -> Bool { try step { libssh2_channel_close(channel) } }

    var exit: RemoteExit {
        var signal: UnsafeMutablePointer<CChar>?
        libssh2_channel_get_exit_signal(channel, &signal, nil, nil, nil, nil, nil)
        defer { if let signal { libssh2_free(session, signal) } }
        return RemoteExit(status: libssh2_channel_get_exit_status(channel), signal: signal.map { String(cString: $0) })
    }

    /// Says goodbye if that can be done at once.
    func disconnect() {
        _ = libssh2_session_disconnect_ex(session, SSH_DISCONNECT_BY_APPLICATION, "", "")
        transport.flush()
    }

    // MARK: libssh2

    private func step(_ call: () -> CInt) throws(SSHError) -> Bool {
        transport.allowReceiving()
        let result = call()
        if result == LIBSSH2_ERROR_EAGAIN { return false }
        guard result >= 0 else { throw error(result) }
        return true
    }

    private func lastError() -> SSHError { error(libssh2_session_last_errno(session)) }

    private func error(_ code: CInt) -> SSHError {
        var text: UnsafeMutablePointer<CChar>?
        libssh2_session_last_error(session, &text, nil, 0)
        return SSHError(kind: SSHLibrary.kind(of: code), message: text.map { String(cString: $0) } ?? "error \(code)")
    }

    /// Sets what we would use of an algorithm's kind, as far as this libssh2 knows it, and says what is left.
    private func prefer(_ wanted: [String], _ methods: [CInt]) -> [String] {
        let known = SSHLibrary.supported(session, methods[0])
        let usable = wanted.filter(known.contains)
        if !usable.isEmpty {
            for method in methods { libssh2_session_method_pref(session, method, usable.joined(separator: ",")) }
        }
        return usable
    }

    private func setCallbacks() {
        ssh_set_callbacks(
            session,
            { _, buffer, count, _, context in SSHTransport.from(context).receive(buffer!, count) },
            { _, bytes, count, _, context in
                SSHTransport.from(context).send(UnsafeRawBufferPointer(start: bytes, count: count))
            },
            { _, _, text, count, _, _, context in
                let text = UnsafeRawBufferPointer(start: text, count: Int(count))
                SSHTransport.from(context).farewell = String(decoding: text, as: UTF8.self)
            }
        )
    }
}

extension SSHTransport {
    fileprivate static func from(_ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> SSHTransport {
        Unmanaged.fromOpaque(context!.pointee!).takeUnretainedValue()
    }
}
