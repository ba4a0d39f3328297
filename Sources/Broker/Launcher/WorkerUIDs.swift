/// The pool of uids, one a worker. The one that was free for longest comes first, so that what a worker may have left
/// behind under its uid meets the next one as late as possible.
struct WorkerUIDs: Sendable {
    private var free: [UInt32]
    private let isPool: Bool

    init(_ pool: ClosedRange<UInt32>?) {
        isPool = pool != nil
        free = pool.map { Array($0.prefix(4096)) } ?? []
    }

    /// Without a pool 0, which the launcher ignores.
    mutating func take() -> UInt32? {
        guard isPool else { return 0 }
        return free.isEmpty ? nil : free.removeFirst()
    }

    mutating func give(back uid: UInt32) {
        if isPool { free.append(uid) }
    }
}
