/// Where a server is reached.
package enum ServerLocation: Hashable, Sendable {
    case https(host: String, port: Int)
    /// Its Unix socket on this machine, which only root may use.
    case adminSocket(path: String)

    /// From `https://name[:port]`, with 8443 where no port is named.
    package init(url: String) throws(OperatorError) {
        let problem = OperatorError("“\(url)” is no server: https://vigo.example.com:8443 is what one looks like")
        guard url.hasPrefix("https://") else { throw problem }
        var rest = url.dropFirst("https://".count)
        while rest.hasSuffix("/") { rest.removeLast() }
        guard !rest.isEmpty, !rest.contains("/"), !rest.contains("@") else { throw problem }
        var host = rest
        var port = 8443
        // The colons of an IPv6 address stand in brackets.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            guard let number = Int(rest[rest.index(after: colon)...]), (1...65535).contains(number) else {
                throw problem
            }
            port = number
            host = rest[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.utf8.allSatisfy(Self.mayBeInHost) else { throw problem }
        self = .https(host: String(host), port: port)
    }

    /// What names and addresses are made of; anything else could end up in a request as something else.
    private static func mayBeInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "%"), 0x80...:
            true
        default: false
        }
    }

    /// The value of a Host header.
    var authority: String {
        switch self {
        case .https(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .adminSocket: "localhost"
        }
    }
}

extension ServerLocation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .https: "https://\(authority)"
        case .adminSocket(let path): path
        }
    }
}
