import ArgumentParser

/// `30s`, `5m`, `1h`, `2d`, or a number of seconds.
struct Seconds: Equatable, Sendable {
    let count: Int

    init(_ count: Int) { self.count = count }

    init(_ text: String) throws {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int(unit == nil ? text[...] : text.dropLast()), number > 0,
            case let (product, overflow) = number.multipliedReportingOverflow(by: unit ?? 1), !overflow
        else { throw ValidationError("“\(text)” is no duration: 30s, 5m, 1h or 2d are what one looks like") }
        count = product
    }
}
