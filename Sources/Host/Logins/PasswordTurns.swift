import Synchronization

/// A few checks at a time of one account from one source, the others after them. An attempt counts as failed until it is
/// decided: a program that asks many things at once with the right password would be held up like one that guesses.
final class PasswordTurns: Sendable {
    private struct Line {
        var running = 0
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    /// Fewer than are free of a wait.
    static let atOnce = PasswordThrottle.pair.free - 1
    static let mostWaiting = 16

    private let lines = Mutex<[PasswordThrottle.Attempt: Line]>([:])

    /// Nil, and nothing done, where too many wait already.
    func take<Result>(_ attempt: PasswordThrottle.Attempt, _ body: () async throws -> Result) async rethrows -> Result?
    {
        guard await begin(attempt) else { return nil }
        defer { end(attempt) }
        return try await body()
    }

    private func begin(_ attempt: PasswordThrottle.Attempt) async -> Bool {
        await withCheckedContinuation { continuation in
            // Nil: it waits, and hears of it when it is its turn.
            let isAdmitted = lines.withLock { lines -> Bool? in
                var line = lines[attempt, default: Line()]
                defer { lines[attempt] = line }
                guard line.running >= Self.atOnce else {
                    line.running += 1
                    return true
                }
                guard line.waiting.count < Self.mostWaiting else { return false }
                line.waiting.append(continuation)
                return nil
            }
            if let isAdmitted { continuation.resume(returning: isAdmitted) }
        }
    }

    /// The place goes to whoever has waited longest.
    private func end(_ attempt: PasswordThrottle.Attempt) {
        let next = lines.withLock { lines -> CheckedContinuation<Bool, Never>? in
            guard var line = lines[attempt] else { return nil }
            let next = line.waiting.isEmpty ? nil : line.waiting.removeFirst()
            if next == nil { line.running -= 1 }
            lines[attempt] = line.running == 0 ? nil : line
            return next
        }
        next?.resume(returning: true)
    }

    /// Of how many accounts and sources something is being checked.
    var count: Int { lines.withLock { $0.count } }
}
