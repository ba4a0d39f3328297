/// Work that somebody waits for no longer than so long.
enum Deadline {
    typealias Sleep = @Sendable (Duration) async throws -> Void

    /// Nil when the time was up first. The work is cancelled then, and not waited for: it may be one that nothing can hurry.
    static func run<Value: Sendable>(
        _ limit: Duration,
        sleep: @escaping Sleep,
        _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let (first, continuation) = AsyncStream.makeStream(of: Value?.self)
        let working = Task { continuation.yield(await work()) }
        let timer = Task {
            try await sleep(limit)
            continuation.yield(nil)
        }
        defer {
            working.cancel()
            timer.cancel()
        }
        for await value in first { return value }
        return nil
    }
}
