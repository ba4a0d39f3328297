import Glibc

/// A network in CIDR notation, IPv4 or IPv6 (RFC 4632, RFC 4291 section 2.3); an address alone is a network of one.
package struct CIDR: Sendable, Hashable, CustomStringConvertible {
    private let address: [UInt8]
    private let prefix: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress.bytes(String(parts[0])) else { return nil }
        var prefix = address.count * 8
        if parts.count == 2 {
            guard
                let length = Int(parts[1]), String(length) == parts[1], (0...address.count * 8).contains(length)
            else { return nil }
            prefix = length
        }
        self.address = address
        self.prefix = prefix
    }

    /// Whether an address in text form lies in this network. IPv4 mapped into IPv6 counts as IPv4 (RFC 4291 section 2.5.5.2).
    package func contains(_ text: String) -> Bool {
        guard let other = IPAddress.bytes(text), other.count == address.count else { return false }
        for bit in 0..<prefix where (other[bit / 8] ^ address[bit / 8]) & (0x80 >> UInt8(bit % 8)) != 0 { return false }
        return true
    }

    package var description: String { "\(IPAddress.text(address))/\(prefix)" }
}

/// IP addresses as bytes, 4 or 16 of them.
package enum IPAddress {
    package static func bytes(_ text: String) -> [UInt8]? {
        // To inet_pton the text ends at the first NUL, whatever follows it.
        guard !text.utf8.contains(0) else { return nil }
        // A zone (fe80::1%eth0) is a matter of this host alone.
        let plain = String(text.prefix { $0 != "%" })
        var four = in_addr()
        if inet_pton(AF_INET, plain, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, plain, &sixteen) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: sixteen) { Array($0) }
        let mapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        return mapped ? Array(bytes.suffix(4)) : bytes
    }

    static func text(_ bytes: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &buffer, socklen_t(buffer.count))
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
