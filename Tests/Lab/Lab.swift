package import Foundation

/// Everything on loopback, in a scratch directory: a server, this machine as its envoy by the real bootstrap line, a real sshd, and
/// a user who may log in. What a test starts, the lab ends.
package final class Lab: @unchecked Sendable {
    package let scratch: URL
    package let webPort: Int
    package let controlPort: Int
    package let sshPort: Int
    package private(set) var server: Program!
    package private(set) var agent: Program!
    package private(set) var sshd: SSHServer!
    package private(set) var user: TestUser!
    private var endings: [() -> Void] = []

    /// Where the programs are: `LAB_PROGRAMS`, else where the debug build put them, beside the test bundle.
    package static let programs: URL = {
        if let chosen = ProcessInfo.processInfo.environment["LAB_PROGRAMS"] { return URL(filePath: chosen) }
        // On Linux the test bundle is a file, and it is the program that runs.
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }()

    /// The web console's files: of `make`'s dist/ where the programs are that, else of the sources.
    package static let web: URL = {
        let installed = programs.deletingLastPathComponent().appending(path: "share/vigo/web")
        if FileManager.default.fileExists(atPath: installed.path) { return installed }
        return URL(filePath: #filePath).appending(path: "../../../Web").standardizedFileURL
    }()

    package static func program(_ name: String) -> URL { programs.appending(path: name) }

    /// Builds the lab, hands it to `body`, and takes it down, however `body` ends. `prepare` sees the scratch directory
    /// before anything is started in it.
    package static func with(
        configuration: String = "",
        sshd: [String] = [],
        prepare: (Lab) throws -> Void = { _ in },
        _ body: (Lab) async throws -> Void
    ) async throws {
        let lab = try Lab()
        do {
            try prepare(lab)
            try await lab.start(configuration: configuration, sshd: sshd)
            try await body(lab)
        } catch {
            let logs = ["server.log", "agent.log", "sshd.log"].map { name in
                let text = (try? String(contentsOf: lab.scratch.appending(path: name), encoding: .utf8)) ?? ""
                return "— \(name)\n" + text.split(separator: "\n").suffix(25).joined(separator: "\n")
            }
            await lab.stop()
            throw NeverHappened(description: "\(error)\n" + logs.joined(separator: "\n"))
        }
        await lab.stop()
    }

    private init() throws {
        scratch = FileManager.default.temporaryDirectory.appending(path: "scrier-lab-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        // The server gives up root and must still reach its data below.
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: scratch.path)
        webPort = try Lab.freePort()
        controlPort = try Lab.freePort()
        sshPort = try Lab.freePort()
    }

    package static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard bind(descriptor, generic, length) == 0, getsockname(descriptor, generic, &length) == 0 else {
                    return 0
                }
                return Int(UInt16(bigEndian: pointer.pointee.sin_port))
            }
        }
        guard port != 0 else { throw POSIXError(.EADDRINUSE) }
        return port
    }

    private func start(configuration: String, sshd extra: [String]) async throws {
        user = try TestUser(keysIn: scratch)
        sshd = try SSHServer(in: scratch, port: sshPort, extra: extra)
        let yaml = """
            server:
              listen: "127.0.0.1:\(webPort)"
              agent_listen: "127.0.0.1:\(controlPort)"
              public_url: "https://127.0.0.1:\(webPort)"
              agent_address: "127.0.0.1:\(controlPort)"
            scrier:
              allowed_ports: [\(sshPort), 22]
            \(configuration)
            """
        try yaml.write(to: scratch.appending(path: "server.yaml"), atomically: true, encoding: .utf8)
        try await startServer()
        try await enroll()
        try await startAgent()
    }

    package func startServer() async throws {
        server = try Program(
            Lab.program("vigosrv"),
            [
                "--config", scratch.appending(path: "server.yaml").path, "--data-dir",
                scratch.appending(path: "server").path,
            ],
            environment: try reachableParts(),
            log: scratch.appending(path: "server.log")
        )
        try await eventually("start of the server", else: { self.server.output }) {
            try self.cli(["status"]).status == 0
        }
    }

    /// The server gives up root, and its workers have users of their own: where the clone lies below a private directory,
    /// they would not reach what was built there. So it lies, or is linked, in the scratch directory.
    private func reachableParts() throws -> [String: String] {
        let bin = Lab.programs.path
        let dist = Lab.programs.deletingLastPathComponent().path
        let prepared = try Command.shell(
            """
            set -e; umask 022; cd '\(scratch.path)'; mkdir -p libexec plugins agents
            libexec='\(bin)'; plugins="${VIGO_PLUGINS:-\(bin)}"
            if [ -d '\(dist)/libexec/vigo' ]; then libexec='\(dist)/libexec/vigo'; plugins='\(dist)/lib/vigo/plugins'; fi
            cp "$libexec/scrier-launcher" "$libexec/scrier-worker" libexec/
            cp "$plugins"/*.so plugins/
            agent="agents/vigo-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)"
            [ -e "$agent" ] || ln '\(bin)/vigo' "$agent" 2>/dev/null || cp '\(bin)/vigo' "$agent"
            """
        )
        guard prepared.status == 0 else { throw NeverHappened(description: "parts of the server: \(prepared.errors)") }
        return [
            "VIGO_LIBEXEC": scratch.appending(path: "libexec").path,
            "VIGO_PLUGINS": scratch.appending(path: "plugins").path,
            "VIGO_WEB": Lab.web.path,
            "VIGO_AGENTS": scratch.appending(path: "agents").path,
        ]
    }

    /// Runs the bootstrap line as the owner of a machine does.
    @discardableResult
    package func enroll() async throws -> Command {
        let host = ProcessInfo.processInfo.hostName
        let token = try cli(["tokens", "generate", "--pattern", host, "--output", "json"])
        let json = try JSONSerialization.jsonObject(with: Data(token.output.utf8)) as? [String: Any]
        guard let value = json?["token"] as? String else { throw NeverHappened(description: "token: \(token)") }
        let line = "curl -sSfk https://127.0.0.1:\(webPort)/bootstrap | sh -s -- --token '\(value)'"
        let enrolled = try Command.shell(line, environment: envoyEnvironment)
        guard enrolled.status == 0 else {
            throw NeverHappened(description: "bootstrap: \(enrolled.output)\(enrolled.errors)")
        }
        return enrolled
    }

    package var envoyEnvironment: [String: String] {
        [
            "VIGO_CONFIG_DIR": scratch.appending(path: "envoy").path,
            "VIGO_STATE_DIR": scratch.appending(path: "state").path,
            "VIGO_BIN_DIR": scratch.appending(path: "bin").path, "VIGO_SERVICE": "none",
        ]
    }

    package func startAgent() async throws {
        // The owner of the envoy decides which ports may be reached; sshd listens on an unusual one here.
        let config = scratch.appending(path: "envoy/config")
        let text = try String(contentsOf: config, encoding: .utf8)
        let kept = text.split(separator: "\n").filter { !$0.hasPrefix("allowed_ports") }
        try (kept + ["allowed_ports = \(sshPort), 22", ""]).joined(separator: "\n").write(
            to: config,
            atomically: false,
            encoding: .utf8
        )
        try launchAgent()
        try await eventually("connection of the envoy", else: { self.agent.output }) {
            try self.envoy()["connected"] as? Bool == true
        }
    }

    /// As a service manager does: without waiting for anything.
    package func launchAgent() throws {
        agent = try Program(
            scratch.appending(path: "bin/vigo"),
            [
                "--config-dir", scratch.appending(path: "envoy").path, "--state-dir",
                scratch.appending(path: "state").path, "run",
            ],
            log: scratch.appending(path: "agent.log")
        )
    }

    /// One more agent of this machine under a name of its own, enrolled by `trusted_enrollment`.
    package func startIdleAgent(_ number: Int) throws -> Program {
        let directories = [
            "--config-dir", scratch.appending(path: "idle-\(number)").path,
            "--state-dir", scratch.appending(path: "idle-\(number)-state").path,
        ]
        let vigo = scratch.appending(path: "bin/vigo")
        let registered = try Command.run(
            vigo,
            directories + [
                "register", "--server", "https://127.0.0.1:\(webPort)", "--ca-file",
                scratch.appending(path: "envoy/ca.pem").path,
                "--hostname", "idle-\(number)",
            ]
        )
        guard registered.status == 0 else {
            throw NeverHappened(description: "enrollment of idle-\(number): \(registered.errors)")
        }
        return try Program(vigo, directories + ["run"], log: scratch.appending(path: "idle.log"))
    }

    /// Called when the programs have ended and before the scratch directory goes.
    package func atEnd(_ ending: @escaping () -> Void) { endings.append(ending) }

    package func stop() async {
        await agent?.stop()
        await server?.stop()
        sshd?.program.kill()
        user?.remove()
        for ending in endings.reversed() { ending() }
        try? FileManager.default.removeItem(at: scratch)
    }
}
