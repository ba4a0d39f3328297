import Trust

/// A request of the exchange with its fields, as docs/plugin-abi.md lists them.
struct SecretsMethod: Sendable {
    let name: String
    let fields: [ExchangeField]

    static let status = Self(name: "status", fields: [])
    static let reseal = Self(name: "reseal", fields: [])

    static func get(_ key: SecretKey) -> Self { Self(name: "get", fields: [.text(key.description)]) }
    static func put(_ key: SecretKey, _ value: Secret) -> Self {
        Self(name: "put", fields: [.text(key.description), .secret(value)])
    }
    static func delete(_ key: SecretKey) -> Self { Self(name: "delete", fields: [.text(key.description)]) }
    static func list(prefix: String, after: String) -> Self {
        Self(name: "list", fields: [.text(prefix), .text(after)])
    }
    static func verify(after cursor: String) -> Self { Self(name: "verify", fields: [.text(cursor)]) }
}
