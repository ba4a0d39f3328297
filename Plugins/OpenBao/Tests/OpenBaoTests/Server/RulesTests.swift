import BackendSuite
import Testing

@testable import OpenBao

extension WithBao {
    /// What every backend does, whatever it keeps secrets in.
    @Suite struct `OpenBao as a backend` {
        @Test(arguments: BackendRule.all)
        func `does what every backend does`(rule: BackendRule) async throws {
            let server = try SharedBao.server()
            let backend = InProcessBackend(
                entry(),
                parameters: [
                    "address": server.address, "mount": "secret", "prefix": "vigo", "auth-method": "token",
                    "timeout": "8",
                    "poll-interval": "1",
                ],
                secrets: ["credentials": Array(server.administrator.token.utf8)],
                endpoints: ["vault": server.port]
            )
            try await rule.check(backend)
            #expect(backend.close() == -2)
        }
    }
}
