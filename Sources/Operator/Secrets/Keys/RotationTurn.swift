import Glibc

/// One rotation at a time: a second one would put a key of its own in the place of the next key, with which the first has
/// sealed already. Held until it is let go, or the program ends.
final class RotationTurn {
    private let descriptor: Int32

    init(_ places: VaultPlaces) throws(OperatorError) {
        let path = places.rotationLock
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw GuardedFile.failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw GuardedFile.failure(path) }
            throw OperatorError("another `vigocli secrets rotate-key` is at work: wait for its end", code: "busy")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
