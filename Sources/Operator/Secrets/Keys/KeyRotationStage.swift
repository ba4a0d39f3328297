/// How far a rotation of the master key has come, told by the key files that are there. A rotation may end at any moment,
/// by `kill -9` or a power cut: the next one finds its stage and goes on.
///
/// `KEY` is the master key, `KEY.next` the one that becomes it, `KEY.old` the one that it was.
package enum KeyRotationStage: String, Sendable {
    /// Only `KEY`: none has begun, or the last one has ended.
    case idle
    /// `KEY` and `KEY.next`: a worker that starts now has both, and seals with the next one.
    case resealing
    /// All three, `KEY.old` a copy of `KEY`: everything is sealed with the next key, which is about to take the place.
    case swapping
    /// `KEY` and `KEY.old`: the new key is in place; the old one is kept until a worker without it has opened everything.
    case checking
    /// `KEY.next` and `KEY.old`: the check failed, and the old key is on its way back.
    case turningBack = "turning back"

    /// Nil where no rotation can have left the files so.
    package init?(hasKey: Bool, hasNext: Bool, hasOld: Bool) {
        switch (hasKey, hasNext, hasOld) {
        case (true, false, false): self = .idle
        case (true, true, false): self = .resealing
        case (true, true, true): self = .swapping
        case (true, false, true): self = .checking
        case (false, true, true): self = .turningBack
        case (false, _, _): return nil
        }
    }

    package init?(_ places: VaultPlaces) {
        self.init(
            hasKey: GuardedFile.exists(places.keyFile),
            hasNext: GuardedFile.exists(places.nextKeyFile),
            hasOld: GuardedFile.exists(places.oldKeyFile)
        )
    }
}
