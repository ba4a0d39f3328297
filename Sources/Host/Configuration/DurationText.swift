/// Durations as people write them in server.yaml: "90s", "5m", "8760h", "30d", "1h30m".
package enum DurationText {
    /// Nil for anything else, and for more than 100 years.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, digits.count <= 12, let number = Int64(digits), let unit = rest.popFirst(),
                let seconds = seconds(of: unit)
            else { return nil }
            total += number * seconds
            guard total <= longest else { return nil }
        }
        return .seconds(total)
    }

    /// The shortest way to write whole seconds: 300 is "5m".
    package static func write(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        for (unit, length) in [("h", Int64(3600)), ("m", 60)] where seconds >= length && seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }

    private static let longest: Int64 = 100 * 366 * 86_400

    private static func seconds(of unit: Character) -> Int64? {
        switch unit {
        case "s": 1
        case "m": 60
        case "h": 3600
        case "d": 86_400
        default: nil
        }
    }
}
