import ArgumentParser

/// A moment in a recording: `75`, `1:15`, `0:01:15`.
struct PlayTime {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init(parsing text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (1...3).contains(parts.count), parts.allSatisfy({ $0.map { (0...1e6).contains($0) } ?? false }) else {
            throw ValidationError("“\(text)” is no moment in a recording, such as 75 or 1:15")
        }
        seconds = parts.reduce(0) { $0 * 60 + ($1 ?? 0) }
    }
}
