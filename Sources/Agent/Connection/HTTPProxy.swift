/// A proxy that opens connections by CONNECT.
struct HTTPProxy: Sendable, Equatable {
    let address: ServerAddress
    /// The value of `Proxy-Authorization`.
    let authorization: String?

    /// `http://user:password@host:port`; the scheme and the credentials may be missing.
    init(parsing url: String) throws(ConnectionError) {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") {
            guard rest[..<scheme.lowerBound].lowercased() == "http" else {
                throw .proxySetting("only http:// proxies are supported, not \(rest[..<scheme.upperBound])")
            }
            rest = rest[scheme.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        if let at = rest.lastIndex(of: "@") {
            let credentials = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let user = Self.decoded(credentials[0])
            let password = credentials.count > 1 ? Self.decoded(credentials[1]) : []
            authorization = "Basic " + Base64.encode(user + [UInt8(ascii: ":")] + password)
            rest = rest[rest.index(after: at)...]
        } else {
            authorization = nil
        }
        guard let address = ServerAddress(parsing: String(rest), defaultPort: 3128) else {
            // Without the text: it may hold a password.
            throw .proxySetting("the proxy's URL in the environment names no host")
        }
        self.address = address
    }

    private static func decoded(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }
}
