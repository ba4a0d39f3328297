import Trust

/// Where a web user's password lies in the vault.
enum WebPasswordKey {
    private static let prefix = "vigo/web/auth/"

    /// What is asked for where no user can have such a name, so that the asking is the same.
    static let nobody = SecretKey(prefix + "-")!

    static func of(_ username: String) -> SecretKey {
        guard UserRoutes.isUsername(username), let key = SecretKey(prefix + username) else { return nobody }
        return key
    }

    static func isOne(_ key: SecretKey) -> Bool { key.description.hasPrefix(prefix) }

    /// Whose password it is.
    static func username(_ key: SecretKey) -> String? {
        isOne(key) ? String(key.description.dropFirst(prefix.count)) : nil
    }
}
