import NIOCore

/// Which HTTP proxy the environment names for connections to a server, in the way curl and Go read it.
struct ProxySettings: Sendable {
    private let proxy: HTTPProxy?
    private let exceptions: [Exception]

    /// Without any proxy.
    static let none = ProxySettings()

    private init() {
        proxy = nil
        exceptions = []
    }

    init(environment: [String: String]) throws(ConnectionError) {
        let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        let url = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        proxy = try url.map { (url) throws(ConnectionError) in try HTTPProxy(parsing: url) }
        let list = environment["NO_PROXY"] ?? environment["no_proxy"] ?? ""
        exceptions = list.split { $0 == "," || $0 == " " }.map(Exception.init)
    }

    func proxy(for server: ServerAddress) -> HTTPProxy? {
        if server.host == "localhost" { return nil }
        if let address = try? SocketAddress(ipAddress: server.host, port: server.port), address.isLoopback {
            return nil
        }
        return exceptions.contains { $0.matches(server) } ? nil : proxy
    }

    /// One entry of NO_PROXY: `*`, a name with its subdomains, an address, or a CIDR block; with a port or without.
    private struct Exception: Sendable {
        let pattern: String
        let port: Int?

        init(_ text: Substring) {
            let address =
                text.filter { $0 == ":" }.count == 1 || text.hasPrefix("[")
                ? ServerAddress(parsing: String(text)) : nil
            pattern = (address?.host ?? String(text)).lowercased()
            port = address?.port
        }

        func matches(_ server: ServerAddress) -> Bool {
            guard port == nil || port == server.port else { return false }
            if pattern == "*" { return true }
            if pattern.contains("/") { return SourcePatterns(pattern).matches(server.host) }
            let name = pattern.hasPrefix(".") ? String(pattern.dropFirst()) : pattern
            let host = server.host.lowercased()
            return host == name || host.hasSuffix("." + name)
        }
    }
}

extension SocketAddress {
    var isLoopback: Bool {
        switch self {
        case .v4: ipAddress?.hasPrefix("127.") ?? false
        case .v6: ipAddress == "::1"
        default: false
        }
    }
}
