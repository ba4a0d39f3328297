/// The bytes of an authorized_keys file. Whatever is done to it, every line that is not an ephemeral one of ours
/// stays byte for byte what it was, whether it is valid text or not.
package struct AuthorizedKeysFile: Equatable, Sendable {
    package private(set) var bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The file with `line` as its first line. In front, because a file without a final newline would need one
    /// behind its last line, and nobody would know later that it was not the user's.
    package func adding(_ line: EphemeralLine) -> Self {
        Self(line.bytes + [UInt8(ascii: "\n")] + bytes)
    }

    package func removing(session: String) -> Self {
        removing { $0.session == session }
    }

    /// Without the lines that nobody will strip any more: those of `envoy` whose session is not in `keeping`, and
    /// those of any envoy (home directories can be shared) that have expired.
    package func sweeping(envoy: String, keeping sessions: Set<String>, at now: LocalTime) -> Self {
        removing { line in
            line.expires <= now || (line.envoy == envoy && !sessions.contains(line.session))
        }
    }

    package var ephemeralLines: [EphemeralLine] {
        lines.compactMap { EphemeralLine(parsing: $0) }
    }

    /// Whether one of the lines gives whoever has `key` a terminal here, from loopback, at this time.
    package func authorizes(_ key: AuthorizedKey, at now: LocalTime) -> Bool {
        lines.contains { line in
            guard let parsed = AuthorizedKeyLine(parsing: line), parsed.key == key else { return false }
            return parsed.options.givesTerminalFromLoopback(at: now)
        }
    }

    private func removing(where isUnwanted: (EphemeralLine) -> Bool) -> Self {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        for range in lineRanges {
            if let line = EphemeralLine(parsing: bytes[range.content]), isUnwanted(line) { continue }
            kept += bytes[range.whole]
        }
        return Self(kept)
    }

    private var lines: some Sequence<ArraySlice<UInt8>> {
        lineRanges.lazy.map { bytes[$0.content] }
    }

    private var lineRanges: [(content: Range<Int>, whole: Range<Int>)] {
        var ranges: [(content: Range<Int>, whole: Range<Int>)] = []
        var start = 0
        while start < bytes.count {
            let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = newline.map { $0 + 1 } ?? bytes.count
            ranges.append((start..<(newline ?? bytes.count), start..<end))
            start = end
        }
        return ranges
    }
}
