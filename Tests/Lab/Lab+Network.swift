import Foundation

/// An operator elsewhere: over HTTPS, with a token.
extension Lab {
    /// The environment of one who reaches the server at that port as an administrator.
    package func remoteOperator(_ name: String, port: Int) throws -> [String: String] {
        // The key of an administrator is that of the system's user of the same name.
        let made = try Command.shell(
            """
            set -e
            id '\(name)' >/dev/null 2>&1 || useradd --create-home --password '*' '\(name)'
            install -d -m 0755 /home/'\(name)'/.ssh
            [ -e /home/'\(name)'/.ssh/id_ed25519.pub ] || ssh-keygen -q -t ed25519 -N '' -f /home/'\(name)'/.ssh/id_ed25519
            """
        )
        guard made.status == 0 else { throw NeverHappened(description: "user \(name): \(made.errors)") }
        try cli(["webusers", "create", "--username", name, "--role", "admin"])
        let answer = try cli(["apitokens", "create", "--username", name, "--name", "lab", "--output", "json"])
        let json = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
        guard let token = json?["token"] as? String else { throw NeverHappened(description: "token: \(answer)") }
        return [
            "VIGO_SERVER": "https://127.0.0.1:\(port)", "VIGO_TOKEN": token,
            "VIGO_CA_FILE": scratch.appending(path: "server/tls/ca_cert").path, "TERM": "xterm-256color",
        ]
    }

    /// vigocli on a terminal.
    package func terminal(
        _ arguments: [String],
        environment: [String: String]? = nil,
        columns: UInt16 = 80,
        rows: UInt16 = 24,
        keeping kept: Int = 1 << 18
    ) throws -> TerminalProgram {
        try TerminalProgram(
            Lab.program("vigocli"),
            arguments,
            environment: environment ?? operatorEnvironment.merging(["TERM": "xterm-256color"]) { _, new in new },
            columns: columns,
            rows: rows,
            keeping: kept
        )
    }

    package var sshArguments: [String] {
        [
            "scrier", "ssh", ProcessInfo.processInfo.hostName, "--port", String(sshPort), "--ssh-key-file",
            user.publicKeyFile.path,
        ]
    }
}
