import ArgumentParser

/// How long something is good for, as it is typed: `30m`, `24h`, `7d`.
struct Lifetime {
    let seconds: Int

    private static let longest = 10 * 365 * 86_400

    init(parsing text: String) throws {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), number > 0,
            number <= Self.longest / unit
        else { throw ValidationError("“\(text)” is no duration of at most ten years, such as 30m, 24h or 7d") }
        seconds = number * unit
    }
}
