package import Foundation

/// A machine with a vault and no server: `vigocli secrets`, the real programs, and the plugin that keeps sealed files.
package final class VaultMachine: @unchecked Sendable {
    package let scratch: URL
    package private(set) var server: Program?
    package private(set) var webPort = 0
    private var secretsSection = ""

    package var secrets: URL { scratch.appending(path: "srv/secrets") }
    package var masterKey: URL { secrets.appending(path: ".master.key") }
    package static let passphrase = "correct horse"

    /// Made, set up and unlocked, unless it is to be without a vault; taken down however `body` ends.
    package static func with(isSetUp: Bool = true, _ body: (VaultMachine) async throws -> Void) async throws {
        let machine = try VaultMachine()
        do {
            if isSetUp { try await machine.setUp() }
            try await body(machine)
        } catch {
            let log = machine.server?.output.split(separator: "\n").suffix(20).joined(separator: "\n") ?? ""
            await machine.remove()
            throw NeverHappened(description: "\(error)\n\(log)")
        }
        await machine.remove()
    }

    package func setUp() async throws {
        let passphrase = Self.passphrase
        try await type("init", [("unlock passphrase: ", passphrase), ("Confirm passphrase: ", passphrase)])
        try await type("unlock", [("unlock passphrase: ", passphrase)])
    }

    private func remove() async {
        await server?.stop()
        try? FileManager.default.removeItem(at: scratch)
    }

    /// A server on this machine's data directory.
    package func startServer() async throws {
        webPort = try Lab.freePort()
        let configuration = scratch.appending(path: "server.yaml")
        let yaml = "server: {listen: '127.0.0.1:\(webPort)', agent_listen: '127.0.0.1:0'}\n" + secretsSection
        try yaml.write(to: configuration, atomically: true, encoding: .utf8)
        let data = scratch.appending(path: "srv").path
        let server = try Program(
            Lab.program("vigosrv"),
            ["--config", configuration.path, "--data-dir", data],
            environment: environment,
            log: scratch.appending(path: "server.log")
        )
        self.server = server
        try await eventually("start of the server", else: { server.output }) {
            server.output.contains("msg=listening")
        }
    }

    /// Who keeps the secrets from now on: the section of server.yaml, for a server and for commands without one.
    package func configure(secrets section: String) throws {
        secretsSection = section
        let file = scratch.appending(path: "srv/server.yaml")
        try section.write(to: file, atomically: true, encoding: .utf8)
    }

    package func stopServer() async {
        await server?.stop()
        server = nil
    }

    /// Another of vigocli's commands, asked of this server.
    @discardableResult
    package func cli(_ line: String) throws -> Command {
        try Command.run(
            Lab.program("vigocli"),
            line.split(separator: " ").map(String.init),
            environment: ["VIGO_ADMIN_SOCKET": scratch.appending(path: "srv/admin.sock").path]
        )
    }

    private init() throws {
        scratch = FileManager.default.temporaryDirectory.appending(path: "vault-\(UUID().uuidString.prefix(8))")
        // Workers have users of their own, and must reach what they run.
        let parts = try Command.shell(
            """
            set -e; umask 022; mkdir -p '\(scratch.path)'; cd '\(scratch.path)'; mkdir libexec plugins; chmod 755 .
            libexec='\(Lab.programs.path)'; plugins="${VIGO_PLUGINS:-\(Lab.programs.path)}"
            dist='\(Lab.programs.deletingLastPathComponent().path)'
            if [ -d "$dist/libexec/vigo" ]; then libexec="$dist/libexec/vigo"; plugins="$dist/lib/vigo/plugins"; fi
            cp "$libexec/scrier-launcher" "$libexec/scrier-worker" libexec/
            cp "$plugins"/*ault.so plugins/
            for backend in "$plugins"/*pen[bB]ao.so; do [ ! -e "$backend" ] || cp "$backend" plugins/; done
            """
        )
        guard parts.status == 0 else { throw NeverHappened(description: "parts of the vault: \(parts.errors)") }
    }

    package var environment: [String: String] {
        [
            "VIGO_LIBEXEC": scratch.appending(path: "libexec").path,
            "VIGO_PLUGINS": scratch.appending(path: "plugins").path,
            "VIGO_ADMIN_SOCKET": "",
        ]
    }

    private func words(_ line: String) -> [String] {
        ["secrets"] + line.split(separator: " ").map(String.init) + ["--secrets-dir", secrets.path]
    }

    /// On a terminal.
    package func terminal(_ line: String) throws -> TerminalProgram {
        try TerminalProgram(Lab.program("vigocli"), words(line), environment: environment, columns: 200)
    }

    /// Without one, as a script of cron's does.
    @discardableResult
    package func run(_ line: String, input: String? = nil) throws -> Command {
        try Command.run(
            URL(filePath: "/usr/bin/setsid"),
            ["--wait", Lab.program("vigocli").path] + words(line),
            environment: environment,
            input: input
        )
    }

    /// Answers prompts that each come once.
    @discardableResult
    package func type(_ line: String, _ answers: [(prompt: String, typed: String)]) async throws -> String {
        let terminal = try terminal(line)
        for (prompt, typed) in answers {
            try await terminal.expect(prompt)
            terminal.type(typed + "\n")
        }
        let status = try await terminal.exitStatus()
        guard status == 0 else { throw NeverHappened(description: "secrets \(line): \(status), \(terminal.screen)") }
        return terminal.screen
    }
}
