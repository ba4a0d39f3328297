import Foundation
import Lab
import Testing

extension IntegrationTests {
    @Suite struct PluginTests {
        @Test func `a plugin built from the guide's C file is seen and reached without a restart`() async throws {
            let plugins = FileManager.default.temporaryDirectory.appending(
                path: "plugins-\(UUID().uuidString.prefix(8))"
            )
            try FileManager.default.createDirectory(at: plugins, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: plugins) }
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: plugins.path)
            let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            try await Lab.with(configuration: "  plugin_dir: \(plugins.path)") { lab in
                let built = try Command.shell(
                    """
                    cc -shared -fPIC -Wall -Wextra -Werror -I '\(sources.path)/Sources/PluginAPI/include' \
                        -o '\(plugins.path)/echo.so' '\(sources.path)'/Tests/Fixtures/EchoPlugin/*.c
                    """
                )
                #expect(built.status == 0, "\(built.errors)")
                try await eventually("echo in the list") {
                    try lab.list(["plugins", "list"]).contains { $0["id"] as? String == "echo" }
                }

                let terminal = try TerminalProgram(
                    Lab.program("vigocli"),
                    [
                        "scrier", "connect", "--protocol", "echo", "--port", String(lab.sshPort),
                        ProcessInfo.processInfo.hostName,
                    ],
                    environment: lab.operatorEnvironment
                )
                try await eventually("a ready session") { try lab.sessions().first?["state"] as? String == "ready" }
                let id = try #require(try lab.sessions().first?["id"] as? String)
                try lab.cli(["scrier", "terminate", id])
                #expect(try await terminal.exitStatus() == 255)
            }
        }
    }
}
