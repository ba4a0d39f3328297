import Foundation
import Glibc
import Lab
import Testing
import Trust
import VaultDouble

@testable import Operator

/// The real program, ended by `kill -9` while it waits for the vault.
@Suite(.timeLimit(.minutes(2)), .serialized) struct KilledRotationTests {
    /// The rotation asks: verify, reseal (is there a master key at all), reseal, verify afresh.
    @Test(arguments: [
        ("verify", 1, KeyRotationStage.idle), ("reseal", 2, .resealing), ("verify", 2, .checking),
    ])
    func `a killed rotation is where it was, and the next one comes to the end`(
        call: String,
        time: Int,
        stage: KeyRotationStage
    ) async throws {
        let vault = MemoryVault()
        try await SecretsProgram.with(vault) { program in
            try program.unlock()
            let places = program.scratch.places
            let before = try Data(contentsOf: URL(filePath: places.keyFile))
            vault.hang(on: call, time: time)
            let terminal = try program.terminal("rotate-key")
            try await eventually("the vault to be asked", else: { terminal.screen }) {
                vault.calls.filter { $0 == call }.count == time
            }
            terminal.send(signal: SIGKILL)
            #expect(try await terminal.exitStatus() == 128 + SIGKILL)
            #expect(KeyRotationStage(places) == stage)

            vault.answer()
            let status = try program.run("status")
            #expect(status.output.contains(stage == .idle ? "none under way" : "interrupted: \(stage.rawValue)"))
            let answer = try program.run("rotate-key")
            #expect(answer.status == 0, "\(answer)")
            #expect(KeyRotationStage(places) == .idle)
            #expect(try Data(contentsOf: URL(filePath: places.keyFile)) != before)
        }
    }
}
