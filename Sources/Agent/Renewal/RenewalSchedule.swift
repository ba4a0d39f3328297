import FoundationEssentials

/// When a certificate is due for renewal: with less than a third of its time left, a little earlier on some envoys than
/// on others.
struct RenewalSchedule: Sendable {
    let notBefore: Date
    let notAfter: Date
    /// From 0 to 1, drawn once.
    let jitter: Double

    var due: Date {
        let life = notAfter.timeIntervalSince(notBefore)
        return notAfter.addingTimeInterval(-life / 3 - life / 20 * jitter)
    }

    func isDue(at now: Date) -> Bool {
        now >= due
    }
}
