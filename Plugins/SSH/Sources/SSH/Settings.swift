import PluginKit

/// What a session was asked to be, checked.
struct Settings: Equatable {
    enum Name {
        static let username = "username"
        static let hostKeys = "host-keys"
        static let term = "term"
        static let command = "command"
        static let privateKey = "private-key"
    }

    var username: String
    var hostKeys: PinnedHostKeys
    var term: String
    var command: String?

    init(_ parameter: (String) -> String?) throws(SessionFailure) {
        guard let username = parameter(Name.username), Self.isUsername(username) else {
            throw SessionFailure(.invalid, "The agent named no user of the envoy to log in as.")
        }
        self.username = username
        hostKeys = try PinnedHostKeys(parameter(Name.hostKeys) ?? "")
        term = Self.terminalType(parameter(Name.term))
        command = parameter(Name.command).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isUsername(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
    }

    /// The name goes to the envoy's terminfo, where a path or a control character has no business.
    private static func terminalType(_ term: String?) -> String {
        guard let term, (1...64).contains(term.utf8.count) else { return "xterm-256color" }
        let isPlain = term.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "+": true
            default: false
            }
        }
        return isPlain && !term.hasPrefix(".") && !term.hasPrefix("-") ? term : "xterm-256color"
    }
}
