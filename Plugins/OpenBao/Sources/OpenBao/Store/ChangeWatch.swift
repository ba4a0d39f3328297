import Glibc
import PluginKit

/// The epoch: grows with each change made through us, and with those of others that a look at the metadata shows.
///
/// It is the time of the latest change known, in microseconds since 1970: it needs to be kept nowhere, and what happened
/// while nobody looked counts as one change, because it begins anew with the time of the start.
final class ChangeWatch {
    private let reader: InventoryReader
    private let timers: Timers
    private let interval: Duration?
    private let now: () -> UInt64
    private let onForeignChange: () -> Void
    private(set) var epoch: UInt64
    private var known: Inventory?
    private var timer: Timers.Number?
    private var isLooking = false
    /// Counts our own changes: a look that began before one of them shows neither what was nor what is.
    private var ownChanges = 0

    /// So much longer than a look takes is the pause before the next one.
    private static let restraint = 20

    init(
        _ reader: InventoryReader,
        timers: Timers,
        interval: Duration?,
        now: @escaping () -> UInt64 = ChangeWatch.microseconds,
        onForeignChange: @escaping () -> Void
    ) {
        self.reader = reader
        self.timers = timers
        self.interval = interval
        self.now = now
        self.onForeignChange = onForeignChange
        epoch = now()
    }

    func wrote(_ key: String, _ metadata: Metadata) {
        advance()
        ownChanges += 1
        guard let known else { return }
        self.known?.secrets[key] = known.hasMetadata ? metadata : Metadata()
    }

    func removed(_ key: String) {
        advance()
        ownChanges += 1
        known?.secrets[key] = nil
    }

    /// Looks now, and then again and again.
    func look() {
        guard let interval, !isLooking else { return }
        timers.cancel(timer)
        isLooking = true
        let (began, changes) = (ContinuousClock.now, ownChanges)
        reader.read("") { result in
            self.isLooking = false
            if case .success(let inventory) = result {
                guard changes == self.ownChanges else { return self.look() }
                self.compare(inventory)
            }
            self.timer = self.timers.after(max(interval, (.now - began) * Self.restraint)) { self.look() }
        }
    }

    private func compare(_ inventory: Inventory) {
        defer { known = inventory }
        guard let known, known != inventory else { return }
        // With another way of looking everything looks different.
        guard known.hasMetadata == inventory.hasMetadata else { return }
        advance()
        onForeignChange()
    }

    private func advance() { epoch = max(epoch + 1, now()) }

    static func microseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }
}
