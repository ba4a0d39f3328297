import Glibc

/// Commands that open the vault themselves do so one after the other. Held until it is let go, or the program ends.
final class VaultTurn {
    private let descriptor: Int32

    /// Tenths of a second.
    private static let patience = 300

    /// Waits for the others; nil where there is no directory to wait for.
    init?(directory: String) async throws {
        descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        for _ in 0..<Self.patience {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw OperatorError("other commands keep the vault \(directory) busy: try again", code: "busy")
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
