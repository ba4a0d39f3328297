/// A token of the server, with what is known of its life.
final class Token {
    let value: WipedBytes
    private(set) var life: Life

    /// What a login, a renewal or a look says.
    struct Life: Equatable {
        /// Nil: it does not end.
        var timeToLive: Duration?
        var isRenewable = false
    }

    init(_ value: WipedBytes, _ life: Life) {
        self.value = value
        self.life = life
    }

    func renewed(_ life: Life) { self.life = life }
}

extension Token {
    /// From a login or a renewal: `auth`. Nil where it holds no token that fits into a header.
    static func granted(in body: WipedBytes) throws -> Token? {
        let value = WipedBytes()
        var life = Life()
        try JSONReader.read(body) { reader in
            try reader.members { reader, name in
                guard name == "auth" else { return try reader.skip() }
                try reader.membersOrNull { reader, name in
                    switch name {
                    case "client_token": try reader.text(into: value)
                    case "lease_duration": life.timeToLive = seconds(try reader.integer())
                    case "renewable": life.isRenewable = try reader.boolean()
                    default: try reader.skip()
                    }
                }
            }
        }
        let isUsable = value.withBytes { bytes in bytes.allSatisfy { (0x21...0x7e).contains($0) } }
        return isUsable && (1...65_536).contains(value.count) ? Token(value, life) : nil
    }

    /// From `auth/token/lookup-self`.
    static func life(in body: WipedBytes) throws -> Life {
        var life = Life()
        try Answers.data(of: body) { reader, name in
            switch name {
            case "ttl": life.timeToLive = seconds(try reader.integer())
            case "renewable": life.isRenewable = try reader.boolean()
            default: try reader.skip()
            }
        }
        return life
    }

    private static func seconds(_ number: Int) -> Duration? { number > 0 ? .seconds(min(number, 1 << 31)) : nil }
}
