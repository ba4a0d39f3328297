import NIOCore

/// How fast one source may come: a handshake costs the server a signature, and whoever asks for one next to nothing.
/// Within the pace a crowd may come at once, such as a site's agents after a restart of the server.
struct ConnectionPace {
    private let interval: TimeAmount
    private let crowd: TimeAmount
    /// When each source would have been due, had it come evenly (a leaky bucket as ITU-T I.371 has it).
    private var due: [String: NIODeadline] = [:]
    private var nextSweep = NIODeadline.uptimeNanoseconds(0)

    init(perSecond: Int, atOnce: Int) {
        interval = .nanoseconds(1_000_000_000 / Int64(perSecond))
        crowd = interval * atOnce
    }

    /// Sources that are remembered: those that came faster than evenly a moment ago.
    var sources: Int { due.count }

    mutating func admits(_ source: String, at now: NIODeadline) -> Bool {
        forgetWhoIsEven(at: now)
        let next = max(due[source] ?? now, now) + interval
        guard next - now <= crowd else { return false }
        due[source] = next
        return true
    }

    private mutating func forgetWhoIsEven(at now: NIODeadline) {
        guard now >= nextSweep else { return }
        nextSweep = now + .seconds(1)
        due = due.filter { $0.value > now }
    }
}
