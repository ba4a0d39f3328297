import Broker
import Testing
import Trust

@testable import Host

@Suite struct PatientVaultTests {
    private let key = SecretKey("a")!

    /// A clock that never strikes, but lets short pauses pass.
    private static let patiently: @Sendable (Duration) async throws -> Void = {
        if $0 > .seconds(1) { try await Task.sleep(for: .seconds(3600)) }
    }

    @Test func `a vault that fails once is asked a second time, for what is missing alone`() async throws {
        let vault = FakeVault(["a": "1"])
        vault.fail(.unavailable)
        let value = try await PatientVault(vault, sleep: Self.patiently).get(key)
        #expect(value.matches(Array("1".utf8)) && vault.asked.count == 2)
    }

    @Test func `one that fails twice is unavailable`() async {
        let vault = FakeVault(["a": "1"])
        vault.fail(.unavailable, .unavailable)
        let error = await #expect(throws: SecretsError.self) {
            try await PatientVault(vault, sleep: Self.patiently).get(key)
        }
        #expect(error?.code == .unavailable && vault.asked.count == 2)
    }

    @Test(arguments: [SecretsError.Code.sealed, .denied, .corrupt, .notFound])
    func `what another question would not change is not asked again`(code: SecretsError.Code) async {
        let vault = FakeVault(["a": "1"])
        vault.fail(code)
        let error = await #expect(throws: SecretsError.self) {
            try await PatientVault(vault, sleep: Self.patiently).get(key)
        }
        #expect(error?.code == code && vault.asked.count == 1)
    }

    @Test func `one that hangs is not waited for`() async {
        let vault = FakeVault(["a": "1"])
        vault.hang()
        let error = await #expect(throws: SecretsError.self) { try await PatientVault(vault, sleep: { _ in }).get(key) }
        #expect(error?.code == .unavailable)
    }
}
