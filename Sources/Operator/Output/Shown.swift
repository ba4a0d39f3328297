import Glibc
import Wire

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Values as people read them, without what could steer their terminal.
package enum Shown {
    package static let nothing = "–"

    /// To the minute, in the time zone of whoever reads it.
    package static func date(_ date: Date?) -> String {
        guard let date else { return nothing }
        var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return nothing }
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Text that came from elsewhere: hostnames, sentences of the server. Control characters, which could move the cursor or
    /// answer for the terminal, and what turns the direction of writing around are left out.
    package static func text(_ value: String?) -> String {
        guard let value else { return nothing }
        let kept = String(String.UnicodeScalarView(value.unicodeScalars.lazy.filter(isHarmless)))
        return kept.isEmpty ? nothing : kept
    }

    /// `1:02:03`, of seconds.
    package static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e9 else { return nothing }
        let whole = Int(seconds)
        let parts = [whole / 3600, whole / 60 % 60, whole % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts.joined(separator: ":")
    }

    /// `3.4 MiB`.
    package static func size(_ bytes: Int?) -> String {
        guard let bytes else { return nothing }
        guard bytes >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = -1
        while value >= 1024, unit < 3 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(["KiB", "MiB", "GiB", "TiB"][unit])"
    }

    package static func uuid(_ value: UUID) -> String { value.uuidString.lowercased() }

    /// An id as somebody typed it; a UUID as everything else shows it.
    package static func id(_ text: String) -> String { UUID(uuidString: text).map(uuid) ?? Self.text(text) }

    /// JSON for programs, indented for people. Escapes of JSON make control characters harmless.
    package static func json(_ value: some Encodable) throws -> String {
        JSONLayout.indented(String(decoding: try WireJSON.encode(value), as: UTF8.self))
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0: false
        // Line and paragraph separators, marks and overrides of the direction of writing, invisible characters.
        case 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb: false
        // Tags, which hide text in text.
        case 0xe0000...0xe007f: false
        default: true
        }
    }
}
