import ArgumentParser
import NIOCore

/// A duration as it is typed: `30`, `30s`, `2m`, `1h`.
struct WaitTime: CustomStringConvertible {
    let seconds: Int64

    static let standard = WaitTime(seconds: 30)
    static let standardUpdate = WaitTime(seconds: 180)
    private static let longest: Int64 = 86_400

    var amount: TimeAmount { .seconds(seconds) }
    var description: String { "\(seconds)s" }

    private init(seconds: Int64) { self.seconds = seconds }

    init(parsing text: String) throws {
        let unit: Int64 =
            switch text.last {
            case "h": 3600
            case "m": 60
            default: 1
            }
        let digits = text.last?.isNumber == true ? text[...] : text.dropLast()
        guard text.last.map({ $0.isNumber || "smh".contains($0) }) == true,
            let number = Int64(digits), (1...Self.longest).contains(number), number * unit <= Self.longest
        else { throw ValidationError("“\(text)” is no duration between 1s and 24h, such as 45s or 2m") }
        self.init(seconds: number * unit)
    }
}
