import Foundation
import Glibc
import Testing
import Trust

@testable import Operator

@Suite struct ExportImportTests {
    private let scratch = try! ScratchVault()
    private var path: String { "\(scratch.scratch)/archive" }
    private let passphrase = Secret("an archive's passphrase")
    private let secrets = [
        "vigo/web/auth/dan": "Correct-Horse7", "app/database": "x\ny\n", "a": "1", "b": "2", "c": "3",
    ]

    private func export(_ vault: FakeVault, replacing: Bool = false) async throws -> Int {
        try await SecretsExporter(vault, parameters: ScratchVault.quick)
            .export(to: path, passphrase: passphrase, replacing: replacing)
    }

    private func load(_ vault: FakeVault, _ passphrase: Secret? = nil, replacing: Bool = false) async throws -> Int {
        try await SecretsImporter(vault).run(
            from: path,
            passphrase: passphrase ?? self.passphrase,
            replacing: replacing
        )
    }

    private func refusal(_ body: () async throws -> Void) async -> OperatorError? {
        do { try await body() } catch { return error as? OperatorError }
        return nil
    }

    @Test func `a vault moves to another machine`() async throws {
        #expect(try await export(FakeVault(secrets)) == 5)
        #expect(scratch.mode(path) == 0o600)
        let other = FakeVault(["other": "stays"])
        #expect(try await load(other) == 5)
        #expect(other.texts == secrets.merging(["other": "stays"]) { $1 })
    }

    @Test func `an archive never replaces a file unasked, and leaves no half ones`() async throws {
        try "mine".write(toFile: path, atomically: false, encoding: .utf8)
        let error = await refusal { _ = try await export(FakeVault(secrets)) }
        #expect(error?.code == "exists")
        #expect(scratch.text(path) == "mine")
        #expect(try await export(FakeVault(secrets), replacing: true) == 5)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.scratch) == ["archive"])
    }

    @Test func `what is there already stops the import before anything is stored`() async throws {
        _ = try await export(FakeVault(secrets))
        let vault = FakeVault(["c": "mine", "app/database": "mine"])
        let error = await refusal { _ = try await load(vault) }
        #expect(
            error?.description
                == "nothing was stored, because these are there already: app/database, c; --force replaces them"
        )
        #expect(vault.texts == ["c": "mine", "app/database": "mine"])
        #expect(try await load(vault, replacing: true) == 5)
        #expect(vault.texts == secrets)
    }

    @Test func `a long list of clashes is cut`() async throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<9).map { ("k\($0)", "v") })
        _ = try await export(FakeVault(many))
        let error = await refusal { _ = try await load(FakeVault(many)) }
        #expect(error?.description.contains("k0, k1, k2, k3, k4 and 4 more;") == true)
    }

    @Test func `a wrong passphrase and a damaged archive store nothing`() async throws {
        let large = Dictionary(uniqueKeysWithValues: (0..<20).map { ("k\($0)", String(repeating: "x", count: 9999)) })
        _ = try await export(FakeVault(large))
        let vault = FakeVault()
        #expect(await refusal { _ = try await load(vault, Secret("wrong")) }?.code == "wrong_passphrase")
        // The last byte: all secrets before it are as they were.
        let file = try FileHandle(forUpdating: URL(filePath: path))
        let end = try file.seekToEnd()
        try file.seek(toOffset: end - 1)
        let last = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: end - 1)
        try file.write(contentsOf: [last ^ 1])
        #expect(await refusal { _ = try await load(vault) }?.code == "damaged_archive")
        #expect(vault.texts.isEmpty)
    }

    @Test func `no file, and a directory, are no archives`() async throws {
        #expect(await refusal { _ = try await load(FakeVault()) } != nil)
        mkdir(path, 0o700)
        #expect(await refusal { _ = try await load(FakeVault()) } != nil)
    }

    @Test func `a passphrase file is its owner's alone, and its first line counts`() throws {
        try "an archive's passphrase\nsecond line\n".write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, 0o600)
        #expect(try PassphraseFile.read(path).matches(passphrase))
        chmod(path, 0o644)
        #expect(throws: OperatorError.self) { try PassphraseFile.read(path) }
        #expect(throws: OperatorError.self) { try PassphraseFile.checkStrength(Secret("short")) }
    }
}
