import BackendSuite
import Testing

@testable import Vault

@Suite struct RulesTests {
    @Test(arguments: BackendRule.all)
    func `the vault does what every backend does`(rule: BackendRule) async throws {
        let folder = try VaultFolder()
        try await rule.check(folder)
        #expect(try await folder.verify() == [:])
        // Nothing stays behind, no directory and no temporary file.
        #expect(folder.names == [])
    }
}
