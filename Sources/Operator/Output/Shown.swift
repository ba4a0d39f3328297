#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Values as people read them, without what could steer their terminal.
package enum Shown {
    package static func date(_ date: Date?) -> String {
        guard let date else { return "–" }
        return date.formatted(Date.ISO8601FormatStyle())
    }

    package static func text(_ value: String?) -> String {
        guard let value, !value.isEmpty else { return "–" }
        return String(
            String.UnicodeScalarView(
                value.unicodeScalars.filter { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
            )
        )
    }

    package static func uuid(_ value: UUID) -> String { value.uuidString.lowercased() }
}
