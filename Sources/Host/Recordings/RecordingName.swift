import Foundation

/// Where a recording lies below the recordings' directory: by month, so that no directory grows without end.
struct RecordingName: Sendable, Equatable {
    let text: String

    init(session: UUID, startedAt: Date) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let date = calendar.dateComponents([.year, .month], from: startedAt)
        let month = date.month ?? 1
        text = "\(date.year ?? 1970)/\(month < 10 ? "0" : "")\(month)/\(session.lowercased).cast"
    }

    /// As a row names it. Nil for what would lead anywhere else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].hasSuffix(".cast"),
            (parts[0] + parts[1]).allSatisfy({ $0.isASCII && $0.isNumber }),
            UUID(uuidString: String(parts[2].dropLast(5))) != nil
        else { return nil }
        self.text = text
    }
}
