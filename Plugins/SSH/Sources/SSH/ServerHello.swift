/// What the server says before anything is encrypted: lines of text, its version, and what it can do. libssh2 reads it
/// too, but tells neither why the two cannot agree nor what a server said that sent us away.
struct ServerHello {
    /// Lines ahead of the version: `Exceeded MaxStartups`.
    private(set) var notices: [String] = []
    private(set) var version: String?
    private(set) var offer: KeyExchangeOffer?
    private var unread: [UInt8] = []
    private var isDone = false

    /// Far more than any server's hello.
    private static let limit = 64 * 1024

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !isDone else { return }
        unread += bytes
        while version == nil, let line = nextLine() {
            if line.hasPrefix("SSH-") { version = line } else { notices.append(line) }
        }
        if version != nil, let payload = nextPayload() {
            offer = KeyExchangeOffer(payload)
            isDone = true
        }
        if unread.count > Self.limit || notices.count > 64 { isDone = true }
        if isDone { unread = [] }
    }

    /// Text that came with no line end before the connection closed counts as well.
    var lastWords: String? {
        if let last = notices.last { return last }
        guard version == nil, !unread.isEmpty else { return nil }
        return String(decoding: unread, as: UTF8.self)
    }

    private mutating func nextLine() -> String? {
        guard let end = unread.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        var line = unread[..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { unread.removeSubrange(...end) }
        return String(decoding: line, as: UTF8.self)
    }

    /// RFC 4253, 6: length of what follows, length of the padding, payload, padding.
    private func nextPayload() -> ArraySlice<UInt8>? {
        guard unread.count >= 5 else { return nil }
        let length = unread[..<4].reduce(0) { $0 << 8 | Int($1) }
        let padding = Int(unread[4])
        guard length <= Self.limit, length > padding, unread.count >= 4 + length else { return nil }
        return unread[5..<(4 + length - padding)]
    }
}
