/// What is to be done later, on the one thread that does everything.
final class Timers {
    struct Number: Hashable { fileprivate var value: Int }

    private var entries: [Number: (time: ContinuousClock.Instant, body: () -> Void)] = [:]
    private var last = 0

    @discardableResult
    func after(_ delay: Duration, _ body: @escaping () -> Void) -> Number {
        last += 1
        let number = Number(value: last)
        entries[number] = (.now + delay, body)
        return number
    }

    func cancel(_ number: Number?) {
        if let number { entries[number] = nil }
    }

    func cancelAll() { entries = [:] }

    /// Until the next one; nil where there is none.
    var wait: Duration? { entries.values.map(\.time).min().map { max($0 - .now, .zero) } }

    /// What is due, in its order.
    func fire() {
        let now = ContinuousClock.now
        let due = entries.filter { $0.value.time <= now }.sorted { $0.value.time < $1.value.time }
        for (number, entry) in due where entries.removeValue(forKey: number) != nil { entry.body() }
    }
}
