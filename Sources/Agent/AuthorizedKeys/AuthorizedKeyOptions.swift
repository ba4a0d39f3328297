/// What the options in front of a key allow, in sshd's reading: names without case, in order, the later one wins.
/// Nil for options that sshd would reject, and the line with them.
package struct AuthorizedKeyOptions: Equatable, Sendable {
    package private(set) var isCertificateAuthority = false
    package private(set) var hasCommand = false
    package private(set) var allowsPTY = true
    package private(set) var from: String?
    package private(set) var expires: LocalTime?

    package init() {}

    package init?(parsing text: ArraySlice<UInt8>) {
        guard let options = KeyOption.list(text) else { return nil }
        for option in options {
            guard apply(option) else { return nil }
        }
    }

    package func givesTerminalFromLoopback(at now: LocalTime) -> Bool {
        guard !isCertificateAuthority, !hasCommand, allowsPTY else { return false }
        if let expires, expires < now { return false }
        guard let from else { return true }
        return SourcePatterns(from).matchLoopback
    }

    private mutating func apply(_ option: KeyOption) -> Bool {
        switch (option.name, option.value) {
        case ("restrict", nil), ("no-pty", nil): allowsPTY = false
        case ("pty", nil): allowsPTY = true
        case ("cert-authority", nil): isCertificateAuthority = true
        case ("command", _?):
            guard !hasCommand else { return false }
            hasCommand = true
        case ("from", let value?):
            guard from == nil else { return false }
            from = value
        case ("expiry-time", let value?):
            guard let time = LocalTime(parsing: value) else { return false }
            expires = min(expires ?? time, time)
        case (let name, nil): return Self.flags.contains(name)
        case (let name, _?): return Self.settings.contains(name)
        }
        return true
    }

    /// Options that say nothing about terminals, but that sshd knows.
    private static let flags: Set<String> = [
        "agent-forwarding", "no-agent-forwarding", "port-forwarding", "no-port-forwarding", "x11-forwarding",
        "no-x11-forwarding", "user-rc", "no-user-rc", "no-touch-required", "touch-required", "verify-required",
        "no-verify-required",
    ]
    private static let settings: Set<String> = ["principals", "environment", "permitopen", "permitlisten", "tunnel"]
}
