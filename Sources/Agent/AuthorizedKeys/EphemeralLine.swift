/// The line that lets one session's ephemeral key in: only a terminal, only from loopback, and only until `expires`.
package struct EphemeralLine: Equatable, Sendable {
    /// What people search their files for.
    package static let marker = "# vigo-scrier-ephemeral"
    /// However long a server asks for.
    package static let longestLife = 120

    /// The blob of an Ed25519 key, in base64.
    package let key: String
    package let envoy: String
    package let session: String
    package let expires: LocalTime

    package init(key: String, envoy: String, session: String, expires: LocalTime) {
        self.key = key
        self.envoy = envoy
        self.session = session
        self.expires = expires
    }

    /// Nil for everything but a line that an agent wrote: a user's own line that mentions the marker is the user's.
    package init?(parsing line: ArraySlice<UInt8>) {
        let text = String(decoding: line, as: UTF8.self)
        let words = text.split(omittingEmptySubsequences: false) { $0 == " " }
        guard words.count == 7, words[1] == "ssh-ed25519", "\(words[3]) \(words[4])" == Self.marker else { return nil }
        let options = words[0]
        guard options.hasPrefix(Self.beforeExpiry), options.hasSuffix(Self.afterExpiry) else { return nil }
        let expiry = options.dropFirst(Self.beforeExpiry.count).dropLast(Self.afterExpiry.count)
        guard let expires = LocalTime(parsing: String(expiry)) else { return nil }
        // An editor may have given the file other line endings.
        let session = words[6].hasSuffix("\r") ? words[6].dropLast() : words[6]
        guard Self.isUUID(words[5]), Self.isUUID(session) else { return nil }
        self.init(key: String(words[2]), envoy: String(words[5]), session: String(session), expires: expires)
    }

    package var text: String {
        Self.beforeExpiry + expires.text + Self.afterExpiry + " ssh-ed25519 \(key) \(Self.marker) \(envoy) \(session)"
    }

    var bytes: [UInt8] { Array(text.utf8) }

    private static let beforeExpiry = #"restrict,pty,expiry-time=""#
    private static let afterExpiry = #"",from="127.0.0.1,::1""#

    /// Lower case, with hyphens where they belong.
    static func isUUID(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            [8, 13, 18, 23].contains(index)
                ? byte == UInt8(ascii: "-")
                : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
    }
}
