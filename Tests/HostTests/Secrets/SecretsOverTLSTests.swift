import Crypto
import Foundation
import Logging
import NIOSSL
import Testing
import Trust
import Wire

@testable import Host

/// Secrets never leave by the port that the network reaches.
@Suite struct SecretsOverTLSTests {
    @Test func `no role and no token gets to the vault over TLS, and who tries is on record`() async throws {
        let world = try await APIWorld()
        let port = try Self.freePort()
        let router = APIRouter(
            routes: world.routes,
            // Whatever runs this test may use an admin socket; over TLS that must not count.
            authenticator: Authenticator(store: world.store, ownUID: getuid()),
            clientAddress: ClientAddress(trustedProxies: []),
            refusals: AuditedRefusals(store: world.store),
            logger: APIWorld.quiet
        )
        let listener = try await APIListener.start(
            .hostname("127.0.0.1", port: port),
            named: "test",
            tls: try Self.tls(),
            router: router.makeRouter(),
            gate: .nothing,
            limits: nil,
            logger: APIWorld.quiet
        )
        let guarded = world.routes.filter { $0.path.hasPrefix("/api/v1/secrets") }
        #expect(guarded.count == 8 && guarded.allSatisfy { $0.access == .adminSocket })
        for route in guarded {
            let url = "https://127.0.0.1:\(port)\(route.path)?key=app/database"
            #expect(try await Self.curl(route.method.rawValue, url, token: nil).hasPrefix("401 "))
            for role in UserRole.allCases {
                let answer = try await Self.curl(route.method.rawValue, url, token: world.tokens[role])
                #expect(answer.hasPrefix("403 "), "\(route.method) \(route.path) as \(role): \(answer)")
                #expect(answer.contains("admin_socket_only") && !answer.contains("hunter2"))
            }
        }
        let denied = try await world.store.auditRecords(after: 0).filter { $0.action == "access.denied" }
        #expect(denied.count == guarded.count * UserRole.allCases.count)
        #expect(denied.contains { $0.actor == "admin" && $0.subject == "POST /api/v1/secrets/reveal" })
        await listener.stop()
        await world.remove()
    }

    private static func curl(_ method: String, _ url: String, token: String?) async throws -> String {
        var arguments = ["-sk", "--max-time", "20", "-X", method, "-w", "\n%{http_code}", "-d", "x", url]
        if let token { arguments += ["-H", "Authorization: Bearer \(token)"] }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/curl")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try await Task.detached { try pipe.fileHandleForReading.readToEnd() ?? Data() }.value
        process.waitUntilExit()
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        return "\(lines.last ?? "") \(lines.dropLast().joined())"
    }

    private static func tls() throws -> NIOSSLContext {
        let authority = try CertificateAuthority.create(name: "Test", validity: .seconds(3600), now: Date())
        let key = P256.Signing.PrivateKey()
        let issued = try authority.issueServerCertificate(
            names: ["127.0.0.1"],
            key: key,
            validity: .seconds(3600),
            now: Date()
        )
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(issued.pem.utf8)).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem))
            )
        )
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(descriptor, generic, length) == 0, getsockname(descriptor, generic, &length) == 0 else {
                    throw POSIXError(.EADDRINUSE)
                }
            }
            return Int(UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }
}
