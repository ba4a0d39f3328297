import Trust

/// What failures are counted by: an IPv4 address, or the /64 that an IPv6 host can choose its addresses from.
enum SourceNetwork {
    static func name(_ source: String) -> String {
        guard let bytes = IPAddress.bytes(source) else { return source }
        return bytes.prefix(bytes.count == 16 ? 8 : 4).map { String($0, radix: 16) }.joined(separator: ".")
    }
}
