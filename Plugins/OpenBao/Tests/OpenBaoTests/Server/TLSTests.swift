import Foundation
import PluginKit
import Testing

@testable import OpenBao

extension WithBao {
    @Suite struct `A server with TLS` {
        /// One for all of these.
        @Test func `is believed by its CA and its name, and by nothing else`() throws {
            let server = try BaoServer(tls: true)
            let authority = try #require(server.authority)

            let right = try server.backend()
            try right.put("a", "x")
            #expect(try right.get("a") == "x")

            let byName = try server.backend(["address": "https://bao.example.com:\(server.port)"])
            #expect(try byName.get("a") == "x")

            let several = try server.backend(["ca": try TestCertificates.stranger() + authority])
            #expect(try several.get("a") == "x")

            let wrongAuthority = try server.backend(["ca": try TestCertificates.stranger()])
            let refused = refusal { try wrongAuthority.get("a") }
            #expect(refused?.status == .untrusted)
            #expect(refused?.sentence.contains("compare the parameters address and ca") == true, "\(refused as Any)")
            #expect(try wrongAuthority.status()[0] == "unavailable")

            let wrongName = try server.backend(["address": "https://other.example.com:\(server.port)"])
            #expect(refusal { try wrongName.get("a") }?.status == .untrusted)

            // A server without TLS where one with it should be.
            let plain = try SharedBao.server()
            let unprotected = try RunningBackend(
                parameters: ["address": "https://127.0.0.1:\(plain.port)", "ca": authority, "timeout": "1"],
                credentials: "s.x",
                port: plain.port
            )
            #expect(refusal { try unprotected.get("a") }?.status == .unavailable)

            // And the other way round.
            let naive = try RunningBackend(
                parameters: ["address": "http://127.0.0.1:\(server.port)", "timeout": "1"],
                credentials: "s.x",
                port: server.port
            )
            #expect(refusal { try naive.get("a") } != nil)
        }
    }
}
