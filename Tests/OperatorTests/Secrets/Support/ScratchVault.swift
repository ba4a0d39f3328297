import Foundation
import Glibc
import Synchronization
import Trust

@testable import Operator

/// A secrets directory in a scratch place, with a clock that a test sets.
final class ScratchVault: Sendable {
    let scratch: String
    let places: VaultPlaces
    private let clock = Mutex<Int64>(1_800_000_000)

    init() throws {
        scratch = "\(NSTemporaryDirectory())vault-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        places = try VaultPlaces(directory: "\(scratch)/secrets", keyFile: nil, workingDirectory: "/")
    }

    deinit { try? FileManager.default.removeItem(atPath: scratch) }

    var now: Int64 { clock.withLock { $0 } }
    func pass(_ seconds: Int64) { clock.withLock { $0 += seconds } }

    /// Parameters that cost next to nothing: what they are worth is tested by the vectors.
    static let quick = Argon2id(memoryKiB: 8, iterations: 1, lanes: 1)!

    func lock(_ person: String = "1000") -> VaultLock {
        VaultLock(places, now: { self.now }, person: person, parameters: Self.quick)
    }

    func setup(_ prompter: ScriptedPrompter) -> VaultSetup { VaultSetup(lock(), prompter) }

    /// Set up, with that passphrase, and unlocked.
    func unlocked(_ passphrase: String = "correct horse") throws -> VaultLock {
        try setup(ScriptedPrompter([passphrase, passphrase])).initialize(VaultSettings(workerGroup: getgid()))
        try lock().open()
        return lock()
    }

    func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
    func mode(_ path: String) -> Int { Int(Self.status(path).st_mode & 0o7777) }
    static func status(_ path: String) -> stat {
        var status = stat()
        lstat(path, &status)
        return status
    }
}
