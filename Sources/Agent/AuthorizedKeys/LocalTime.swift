import Glibc

/// A moment as `expiry-time` names it: seconds since 1970, written in this machine's time zone, because sshd before
/// 9.1 knows no other.
package struct LocalTime: Comparable, Sendable, Codable {
    package let seconds: Int

    package init(seconds: Int) {
        self.seconds = seconds
    }

    package static var now: LocalTime { LocalTime(seconds: time(nil)) }

    /// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with a Z for UTC.
    package init?(parsing text: String) {
        let isUTC = text.last == "Z" || text.last == "z"
        let digits = isUTC ? text.dropLast() : text[...]
        guard [8, 12, 14].contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        let numbers = Array(digits.utf8).map { Int32($0) - 48 }
        func number(_ range: Range<Int>) -> Int32 {
            range.upperBound <= numbers.count ? numbers[range].reduce(0) { $0 * 10 + $1 } : 0
        }
        var parts = tm()
        parts.tm_year = number(0..<4) - 1900
        parts.tm_mon = number(4..<6) - 1
        parts.tm_mday = number(6..<8)
        parts.tm_hour = number(8..<10)
        parts.tm_min = number(10..<12)
        parts.tm_sec = number(12..<14)
        parts.tm_isdst = -1
        guard (0...11).contains(parts.tm_mon), (1...31).contains(parts.tm_mday), parts.tm_hour < 24,
            parts.tm_min < 60, parts.tm_sec < 61, parts.tm_year >= 0
        else { return nil }
        let value = isUTC ? timegm(&parts) : mktime(&parts)
        guard value >= 0 else { return nil }
        seconds = value
    }

    /// `YYYYMMDDHHMMSS` in local time.
    package var text: String {
        var parts = tm()
        var value = seconds
        localtime_r(&value, &parts)
        func digits(_ number: Int32, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2)
            + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2)
    }

    package static func < (one: LocalTime, other: LocalTime) -> Bool {
        one.seconds < other.seconds
    }
}
