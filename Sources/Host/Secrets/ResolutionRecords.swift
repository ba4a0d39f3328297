import Foundation
import Trust

/// What of the envoys' requests has been written down already.
struct ResolutionRecords {
    private struct Resolved {
        var epoch: UInt64
        var keys: Set<SecretKey>
    }

    /// Refusals of one envoy that are recorded within an hour.
    static let refusals = 20
    private static let window: TimeInterval = 3600

    private var resolved: [UUID: Resolved] = [:]
    private var refused: [UUID: [Date]] = [:]

    /// Those that no record of this epoch has.
    func new(_ keys: [SecretKey], of envoy: UUID, in epoch: UInt64) -> [SecretKey] {
        guard let known = resolved[envoy], known.epoch == epoch else { return keys }
        return keys.filter { !known.keys.contains($0) }
    }

    mutating func note(_ keys: [SecretKey], of envoy: UUID, in epoch: UInt64) {
        if resolved[envoy]?.epoch != epoch { resolved[envoy] = Resolved(epoch: epoch, keys: []) }
        resolved[envoy]?.keys.formUnion(keys)
    }

    /// Whether one more may be recorded; it is counted then.
    mutating func admitsRefusal(of envoy: UUID, at now: Date) -> Bool {
        let recent = refused[envoy, default: []].filter { now.timeIntervalSince($0) < Self.window }
        refused[envoy] = recent
        guard recent.count < Self.refusals else { return false }
        refused[envoy] = recent + [now]
        return true
    }
}
