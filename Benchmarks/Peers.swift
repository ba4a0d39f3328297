import Foundation
import Lab

/// The three ways to a shell that are compared, each through the same sshd to the same user.
final class Peers {
    enum Way: String, CaseIterable {
        case scrier = "vigocli scrier ssh"
        case reverse = "ssh through ssh -R"
        case direct = "ssh"
    }

    let lab: Lab
    /// Over HTTPS with an API token, as an operator at another machine.
    private let operatorsWay: [String: String]
    private let reversePort: Int
    private let tunnel: Program

    private var options: [String] {
        [
            "-i", lab.user.publicKeyFile.deletingPathExtension().path, "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-F", "none",
        ]
    }

    init(_ lab: Lab) async throws {
        self.lab = lab
        operatorsWay = try Self.operatorsWay(lab)
        reversePort = try Lab.freePort()
        // The envoy's side of a reverse tunnel: it dials out to a server (here the same sshd) and offers its own sshd there.
        tunnel = try Program(
            URL(filePath: "/usr/bin/ssh"),
            [
                "-N", "-i", lab.user.publicKeyFile.deletingPathExtension().path, "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-F", "none", "-o", "ExitOnForwardFailure=yes", "-p",
                String(lab.sshPort),
                "-R", "127.0.0.1:\(reversePort):127.0.0.1:\(lab.sshPort)", "\(lab.user.name)@127.0.0.1",
            ],
            log: lab.scratch.appending(path: "reverse.log")
        )
        let port = reversePort
        try await eventually("reverse tunnel") {
            try Command.shell("ss -Hltn 'sport = :\(port)' | grep -q .").status == 0
        }
    }

    func stop() { tunnel.kill() }

    private static func operatorsWay(_ lab: Lab) throws -> [String: String] {
        // An administrator's key is that of the system's user of the same name.
        let key = "\(lab.user.home.path)/.ssh/id_ed25519.pub"
        _ = try Command.shell("install -m 0644 -o \(lab.user.name) '\(lab.user.publicKeyFile.path)' '\(key)'")
        try lab.cli(["webusers", "create", "--username", lab.user.name, "--role", "admin"])
        let token = try lab.cli(["apitokens", "create", "--username", lab.user.name, "--name", "bench"])
        guard token.status == 0 else { throw NeverHappened(description: "an API token: \(token)") }
        return [
            "VIGO_ADMIN_SOCKET": "", "VIGO_SERVER": "https://127.0.0.1:\(lab.webPort)",
            "VIGO_TOKEN": token.output.trimmingCharacters(in: .whitespacesAndNewlines),
            "VIGO_CA_FILE": lab.scratch.appending(path: "server/tls/ca_cert").path,
        ]
    }

    func open(_ way: Way) throws -> TerminalProgram {
        switch way {
        case .scrier: try lab.ssh(environment: operatorsWay)
        case .reverse: try ssh(port: reversePort)
        case .direct: try ssh(port: lab.sshPort)
        }
    }

    private func ssh(port: Int) throws -> TerminalProgram {
        try TerminalProgram(
            URL(filePath: "/usr/bin/ssh"),
            options + ["-p", String(port), "\(lab.user.name)@127.0.0.1"],
            environment: ["TERM": "xterm-256color"]
        )
    }

    /// A shell that has shown its prompt.
    func openShell(_ way: Way) throws -> TerminalProgram {
        let terminal = try open(way)
        guard terminal.waitForEnding("$ ", seconds: 30) else {
            throw NeverHappened(description: "\(way.rawValue) showed no prompt: \(terminal.screen)")
        }
        return terminal
    }

    func close(_ terminal: TerminalProgram) async throws {
        terminal.type("exit\r")
        _ = try await terminal.exitStatus()
    }
}
