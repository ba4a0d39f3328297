/// Whether the vault's commands may be used now. It deters accidents: whoever is root can read the master key without it.
package struct UnlockGate: Equatable, Sendable {
    /// Seconds since 1970 at which it closes; nil while it is closed.
    package let closes: Int64?

    /// 24 h after the last use.
    package static let idleTimeout: Int64 = 86_400

    package static let closed = UnlockGate(closes: nil)

    package init(closes: Int64?) { self.closes = closes }

    /// Opened, or used, at that moment.
    package init(usedAt now: Int64) { closes = now + Self.idleTimeout }

    /// From the sentinel's text; anything but a number counts as closed.
    package init(sentinel: [UInt8]?) {
        let text = String(decoding: sentinel ?? [], as: UTF8.self)
        let line = text.hasSuffix("\n") ? text.dropLast() : text[...]
        let isNumber = line.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        closes = isNumber && line.utf8.count <= 18 ? Int64(line) : nil
    }

    package var sentinel: [UInt8] { Array("\(closes ?? 0)\n".utf8) }

    /// One that closes later than a use could have made it was written under another clock, or by hand: it is closed.
    package func isOpen(at now: Int64) -> Bool {
        guard let closes else { return false }
        return closes > now && closes - now <= Self.idleTimeout
    }
}
