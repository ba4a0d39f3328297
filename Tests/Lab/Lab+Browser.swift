package import Foundation

/// What somebody before a browser has to know of the lab, for programs in Python.
extension Lab {
    package static let browserTests = URL(filePath: #filePath).appending(path: "../../BrowserTests").standardizedFileURL

    /// Playwright's Python. Throws what installs it.
    package static func browserPython() throws -> URL {
        let python = browserTests.appending(path: ".venv/bin/python")
        guard FileManager.default.fileExists(atPath: python.path) else {
            throw NeverHappened(description: "Playwright; scripts/install-browser-tests installs it")
        }
        return python
    }

    /// Makes users of every role, each with a password in the vault, and writes down where the server is and who may sign in: a file
    /// that only its owner reads.
    package func writeBrowserFacts() async throws -> URL {
        // Another than the operator's at the terminal, who may be a user too.
        let key = try addKey("browser")
        try await makeVault()
        var users: [String: Any] = [:]
        for (name, role) in [
            ("admin", "admin"), ("keyless", "admin"), ("viewer", "viewer"), ("compliance", "compliance"),
        ] {
            try makeUser(name, role, name == "admin" ? key : nil)
            let password = "Correct-Horse-\(name)-7"
            try await setPassword(password, of: name)
            users[name] = ["password": password, "token": try makeToken(of: name)]
        }
        let facts: [String: Any] = [
            "url": "https://127.0.0.1:\(webPort)", "envoy": ProcessInfo.processInfo.hostName, "ssh_port": sshPort,
            "login": user.name,
            "recordings": scratch.appending(path: "server/recordings").path,
            "vigocli": Lab.program("vigocli").path, "admin_socket": operatorEnvironment["VIGO_ADMIN_SOCKET"] ?? "",
            "second_key": try addKey("second"), "users": users,
        ]
        let file = scratch.appending(path: "browser.json")
        let made = FileManager.default.createFile(
            atPath: file.path,
            contents: try JSONSerialization.data(withJSONObject: facts),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw NeverHappened(description: "\(file.path) could not be written") }
        return file
    }

    private func makeUser(_ name: String, _ role: String, _ key: String?) throws {
        var body: [String: Any] = ["username": name, "role": role]
        body["ssh_public_key"] = key
        let json = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        // The command line would take an administrator's key from the system's user of that name.
        let made = try Command.run(
            URL(filePath: "/usr/bin/curl"),
            [
                "-sSf", "--unix-socket", scratch.appending(path: "server/admin.sock").path, "--data", json,
                "http://localhost/api/v1/users",
            ]
        )
        guard made.status == 0 else { throw NeverHappened(description: "user \(name): \(made)") }
    }

    private func makeToken(of name: String) throws -> String {
        let token = try cli(["apitokens", "create", "--username", name, "--name", "browser"])
        guard token.status == 0 else { throw NeverHappened(description: "token of \(name): \(token)") }
        return token.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A key that opens the same account, and is nobody's yet.
    private func addKey(_ name: String) throws -> String {
        let key = scratch.appending(path: "key-\(name)").path
        let made = try Command.shell(
            """
            set -e
            ssh-keygen -q -t ed25519 -N '' -C \(name) -f '\(key)'
            cat '\(key).pub' >>'\(user.authorizedKeys.path)'
            cat '\(key).pub'
            """
        )
        guard made.status == 0 else { throw NeverHappened(description: "key \(name): \(made.errors)") }
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
