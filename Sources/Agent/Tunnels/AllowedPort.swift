/// A loopback port that both the owner of this machine and the server allow. Only such a one can be dialled.
struct AllowedPort: Equatable, Sendable {
    let number: Int

    /// `server` is nil as long as the server has not said: it can narrow what the owner allows, never widen it.
    init?(_ port: UInt32, owner: Set<Int>, server: Set<Int>?) {
        let port = Int(port)
        guard (1...65535).contains(port), owner.contains(port), server?.contains(port) ?? true else { return nil }
        number = port
    }
}
