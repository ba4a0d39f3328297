/// Where the server is, as an operator writes it: `https://bao.example.com:8200`.
struct ServerAddress: Equatable {
    var isTLS: Bool
    /// As it stands in URLs: an IPv6 address has its brackets.
    var host: String
    var port: UInt16

    /// Nil for anything but a scheme, a host and perhaps a port.
    init?(_ text: String) {
        guard let schemeEnd = text.range(of: "://") else { return nil }
        switch text[..<schemeEnd.lowerBound] {
        case "https": isTLS = true
        case "http": isTLS = false
        default: return nil
        }
        var rest = text[schemeEnd.upperBound...]
        if rest.hasSuffix("/") { rest.removeLast() }
        let hostEnd = rest.first == "[" ? rest.firstIndex(of: "]").map(rest.index(after:)) : rest.firstIndex(of: ":")
        let host = rest[..<(hostEnd ?? rest.endIndex)]
        let port = rest[host.endIndex...]
        guard Self.isHost(host) else { return nil }
        self.host = host.lowercased()
        if port.isEmpty {
            self.port = isTLS ? 443 : 80
        } else {
            guard port.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt16(port.dropFirst()), number > 0
            else { return nil }
            self.port = number
        }
    }

    var url: String { "\(isTLS ? "https" : "http")://\(host):\(port)" }

    var isLoopback: Bool {
        host == "localhost" || host == "[::1]" || (host.hasPrefix("127.") && Self.isIPv4(host[...]))
    }

    /// An IP address, which certificates name in another way.
    var isNumeric: Bool { host.hasPrefix("[") || Self.isIPv4(host[...]) }

    /// As certificates name it.
    var bareHost: String { host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host }

    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("[") {
            return host.hasSuffix("]") && host.count > 3
                && host.dropFirst().dropLast().allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
        }
        return (1...253).contains(host.utf8.count) && host.first != "-" && host.first != "."
            && host.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", ".": true
                default: false
                }
            }
    }

    private static func isIPv4(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension String {
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
