import Glibc
import Trust
import Wire

/// `rotate-key`: a new master key, with which everything is sealed anew.
package struct KeyRotation {
    private let places: VaultPlaces
    private let vault: any VaultAccess
    private let say: (String) -> Void
    /// Called before each step that changes something. Tests end the rotation here, as a crash would.
    private let step: (String) throws -> Void

    /// Puts that go on meanwhile are sealed with the next key, so that a second look finds nothing.
    private static let mostRounds = 10

    package init(
        _ places: VaultPlaces,
        _ vault: any VaultAccess,
        say: @escaping (String) -> Void = { _ in },
        step: @escaping (String) throws -> Void = { _ in }
    ) {
        self.places = places
        self.vault = vault
        self.say = say
        self.step = step
    }

    package func run() async throws {
        guard places.hasMasterKey else {
            throw OperatorError(
                "there is no master key to rotate: the vault's backend keeps no sealed files here, and has keys of its own",
                code: "no_key"
            )
        }
        let turn = try RotationTurn(places)
        defer { withExtendedLifetime(turn) {} }
        for path in [places.keyFile, places.nextKeyFile, places.oldKeyFile] { MasterKeyFile.removeLeftovers(of: path) }
        guard let stage = KeyRotationStage(places) else { throw missingKey }
        if stage == .idle {
            try await begin()
        } else {
            say("  A rotation was interrupted (\(stage.rawValue)); it goes on.")
        }
        try await goOn()
        say("  Everything is sealed with a new master key: \(places.keyFile).")
        say("  Copies of the old key are needed for old backups of the sealed files only.")
    }

    private func goOn() async throws {
        while let stage = KeyRotationStage(places) {
            switch stage {
            case .idle: return
            case .resealing:
                try await reseal()
                try keepOld()
            case .swapping:
                try await reseal()
                try swap()
            case .checking: try await check()
            case .turningBack:
                try turnBack()
                throw OperatorError("the old master key is back, as the last rotation wanted; run it again")
            }
        }
        throw missingKey
    }

    private var missingKey: OperatorError {
        OperatorError("\(places.keyFile) is not there: there is no master key to rotate", code: "no_key")
    }

    /// Nothing that cannot be opened now may be taken for sealed with the old key later.
    private func begin() async throws {
        let problems = try await vault.verify(freshly: false)
        guard problems.isEmpty else {
            throw OperatorError(
                "nothing was changed: `vigocli secrets verify` finds \(problems.count == 1 ? "a problem" : "\(problems.count) problems"), which must be solved first",
                code: "damaged"
            )
        }
        // A backend without a master key says so here, before there is a next one.
        _ = try await vault.reseal()
        try step("next key")
        try GuardedFile.write(MasterKeyFile.make(), to: places.nextKeyFile)
        say("  Next master key written to \(places.nextKeyFile) (mode 0600).")
    }

    private func reseal() async throws {
        for _ in 0..<Self.mostRounds {
            try step("reseal")
            let count = try await vault.reseal()
            if count == 0 { return }
            say("  Sealed anew: \(count).")
        }
        throw OperatorError("the vault goes on resealing the same secrets; run it again, or restart vigosrv first")
    }

    private func keepOld() throws {
        guard let old = try MasterKeyFile.read(places.keyFile) else { throw missingKey }
        try step("old key")
        try GuardedFile.write(old, to: places.oldKeyFile)
    }

    private func swap() throws {
        guard let key = try MasterKeyFile.read(places.keyFile), let old = try MasterKeyFile.read(places.oldKeyFile),
            key.matches(old)
        else {
            throw OperatorError(
                "\(places.oldKeyFile) is not a copy of \(places.keyFile): no rotation has left them so; find out which one is right before anything else"
            )
        }
        try step("swap")
        try rename(places.nextKeyFile, places.keyFile)
    }

    /// By a worker that has the new key alone. Where it cannot open something, the old key comes back, and nothing is lost.
    private func check() async throws {
        try step("check")
        // All was well, and only the last step is missing: there is no way back any more, nor any need of one.
        if try isOverwritten(places.oldKeyFile) { return _ = try GuardedFile.remove(places.oldKeyFile) }
        let problems = try await vault.verify(freshly: true)
        guard problems.isEmpty else {
            try step("turn back")
            try rename(places.keyFile, places.nextKeyFile)
            try turnBack()
            // The worker that has the new key alone must not go on.
            _ = try? await vault.verify(freshly: true)
            throw OperatorError(
                "the new master key could not open \(problems[0].name) (\(problems[0].problem)): the old one is back, nothing is lost; run it again",
                code: "turned_back"
            )
        }
        try step("remove old key")
        try Self.overwrite(places.oldKeyFile)
        try step("overwritten")
        try GuardedFile.remove(places.oldKeyFile)
    }

    private func turnBack() throws {
        try step("old key back")
        try rename(places.oldKeyFile, places.keyFile)
    }

    private func rename(_ from: String, _ to: String) throws(OperatorError) {
        guard Glibc.rename(from, to) == 0 else { throw GuardedFile.failure(to) }
        try GuardedFile.syncDirectory(of: to)
    }

    private func isOverwritten(_ path: String) throws(OperatorError) -> Bool {
        try MasterKeyFile.read(path)?.matches([UInt8](repeating: 0, count: MasterKeyFile.size)) ?? false
    }

    /// On file systems that write in place nothing of it stays; on others this does no harm.
    private static func overwrite(_ path: String) throws(OperatorError) {
        let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw GuardedFile.failure(path) }
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: MasterKeyFile.size)
        guard pwrite(descriptor, zeros, zeros.count, 0) == zeros.count, fsync(descriptor) == 0 else {
            throw GuardedFile.failure(path)
        }
    }
}
