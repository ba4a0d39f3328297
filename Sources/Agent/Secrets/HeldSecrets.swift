import Trust

/// The secrets that this envoy holds, all of one epoch. Values of an earlier one never come back.
struct HeldSecrets: Sendable {
    private(set) var epoch: UInt64
    private(set) var values: [SecretKey: Secret]

    init(epoch: UInt64 = 0, values: [SecretKey: Secret] = [:]) {
        self.epoch = epoch
        self.values = values
    }

    enum Change: Equatable {
        case none
        /// What was held is worth nothing any more.
        case dropped
        /// An epoch that is over: somebody replays it, or the server lost its memory.
        case past
    }

    /// What the server says of its epoch, and which secrets this envoy is entitled to.
    mutating func hear(epoch told: UInt64, entitled: [SecretKey]) -> Change {
        guard told >= epoch else { return .past }
        let known = Set(entitled)
        let kept = told == epoch ? values.filter { known.contains($0.key) } : [:]
        let change: Change = kept.count == values.count ? .none : .dropped
        (epoch, values) = (told, kept)
        return change
    }

    /// Those of `keys` that have to be asked for.
    func missing(of keys: [SecretKey]) -> [SecretKey] { keys.filter { values[$0] == nil } }

    /// Takes in what the server gave, unless that is of an epoch which is over already.
    mutating func take(_ resolved: [SecretKey: Secret], epoch told: UInt64) -> Change {
        guard told >= epoch else { return .past }
        let isLater = told > epoch
        epoch = told
        values = isLater ? resolved : values.merging(resolved) { $1 }
        return isLater ? .dropped : .none
    }
}
