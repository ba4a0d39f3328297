import Foundation

/// A point in time as a page shows it: how long ago to read, the date to hover over. Browsers bring both up to date in their own zone.
struct Moment: Sendable {
    let iso: String
    let text: String
    let full: String

    init(_ date: Date, now: Date = Date()) {
        iso = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        full = date.formatted(Date.ISO8601FormatStyle(dateTimeSeparator: .space)).replacing("Z", with: " UTC")
        text = Self.distance(now.timeIntervalSince(date))
    }

    /// `3 min ago`, `in 2 days`.
    static func distance(_ seconds: TimeInterval) -> String {
        let amount = abs(seconds)
        let steps: [(limit: Double, unit: Double, one: String, many: String)] = [
            (3600, 60, "min", "min"), (86_400, 3600, "hour", "hours"), (86_400 * 60, 86_400, "day", "days"),
            (86_400 * 730, 86_400 * 30.44, "month", "months"), (.infinity, 86_400 * 365.25, "year", "years"),
        ]
        guard amount >= 45 else { return seconds >= -5 ? "just now" : "in a moment" }
        let step = steps.first { amount < $0.limit } ?? steps[steps.count - 1]
        let count = max(1, Int((amount / step.unit).rounded()))
        let words = "\(count) \(count == 1 ? step.one : step.many)"
        return seconds >= 0 ? "\(words) ago" : "in \(words)"
    }

    /// `1 h 04 min`, `12 s`.
    static func duration(_ seconds: TimeInterval) -> String {
        let whole = max(0, Int(seconds.rounded()))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        if hours > 0 { return "\(hours) h \(minutes < 10 ? "0" : "")\(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(rest < 10 ? "0" : "")\(rest) s" : "\(rest) s"
    }
}
