import Built
import Foundation
import Glibc
import NIOCore
import NIOPosix
import Testing

/// vigosrv as a program: how it starts, what it becomes, and how it stops.
@Suite(.serialized) struct ServerProgramTests {
    private final class Running {
        static let programs = URL(
            fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        ).deletingLastPathComponent().path

        let process = Process()
        let directory: String
        private let log: String

        init(_ directory: String, yaml: String? = nil, openFiles: Int? = nil, plugins wanted: [String] = []) throws {
            self.directory = directory
            log = "\(directory)/\(UUID().uuidString).log"
            let plugins = "\(directory)/plugins"
            try FileManager.default.createDirectory(atPath: plugins, withIntermediateDirectories: true)
            for plugin in wanted where !FileManager.default.fileExists(atPath: "\(plugins)/\(plugin).so") {
                try FileManager.default.copyItem(atPath: Built.plugin(plugin), toPath: "\(plugins)/\(plugin).so")
            }
            let configuration = "\(directory)/server.yaml"
            let usual = #"server: {listen: "127.0.0.1:0", agent_listen: "127.0.0.1:0"}"#
            try (yaml ?? usual).write(toFile: configuration, atomically: true, encoding: .utf8)
            try Data().write(to: URL(fileURLWithPath: log))
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let limit = openFiles.map { "ulimit -n \($0); " } ?? ""
            process.arguments = [
                "-c", limit + #"exec "$0" "$@""#, "\(Self.programs)/vigosrv", "--config", configuration, "--data-dir",
                "\(directory)/data",
            ]
            process.environment = ["VIGO_PLUGINS": plugins, "VIGO_LIBEXEC": Built.directory]
            let output = FileHandle(forWritingAtPath: log)
            process.standardError = output
            process.standardOutput = output
            try process.run()
        }

        var text: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

        /// What it listens on, by the log's name for it: web, agents.
        func port(_ name: String) throws -> Int {
            let address = try #require(text.firstMatch(of: try Regex(" \(name)=127.0.0.1:([0-9]+)")))
            return try #require(Int(address.output[1].substring ?? ""))
        }

        func listens() async -> Bool { await eventually { self.text.contains("msg=listening") } }

        func wait() async -> Int32 {
            _ = await eventually { !self.process.isRunning }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    private func directory() throws -> String {
        let path = "/tmp/vigo-server-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        chmod(path, 0o755)
        return path
    }

    @Test func `a first start makes what it needs, says what to do next, and no thread stays root`() async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try Running(directory)
        try #require(await server.listens(), "\(server.text)")
        #expect(await eventually { server.text.contains("webusers create") && server.text.contains("/bootstrap") })
        for name in ["tls/ca_key", "tls/server_key", "tls/identity_key", "vigo.db"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/data/\(name)")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        let tasks = "/proc/\(server.process.processIdentifier)/task"
        let threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
        #expect(threads.count > 1)
        for thread in threads where getuid() == 0 {
            let status = try String(contentsOfFile: "\(tasks)/\(thread)/status", encoding: .utf8)
            let uids = status.split(separator: "\n").first { $0.hasPrefix("Uid:") } ?? ""
            #expect(!uids.split(separator: "\t").contains("0"), "thread \(thread): \(uids)")
        }
        kill(server.process.processIdentifier, SIGTERM)
        #expect(await server.wait() == 0)
        #expect(server.text.contains("msg=stopped"))
    }

    @Test func `a second server on the same data is refused, and the first one's keys stay`() async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try Running(directory)
        try #require(await first.listens(), "\(first.text)")
        let certificate = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/data/tls/ca_cert"))
        let second = try Running(directory)
        #expect(await second.wait() == 1)
        #expect(second.text.contains("another vigosrv (process \(first.process.processIdentifier))"), "\(second.text)")
        kill(first.process.processIdentifier, SIGINT)
        #expect(await first.wait() == 0)
        let third = try Running(directory)
        try #require(await third.listens(), "\(third.text)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/data/tls/ca_cert")) == certificate)
        kill(third.process.processIdentifier, SIGTERM)
        _ = await third.wait()
    }

    /// Connections that say nothing.
    private func hold(_ count: Int, _ port: Int) async throws -> [any Channel] {
        var held: [any Channel] = []
        for _ in 0..<count {
            held.append(
                try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
            )
        }
        return held
    }

    private func answer(_ port: Int) throws -> String {
        try Self.shell("curl -sk --max-time 5 https://127.0.0.1:\(port)/healthz || true")
    }

    private static func shell(_ line: String) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test func `with every place taken strangers are told so, and root gets through`() async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try Running(
            directory,
            yaml: #"server: {listen: "127.0.0.1:0", agent_listen: "127.0.0.1:0", max_connections: 16}"#
        )
        try #require(await server.listens(), "\(server.text)")
        let port = try server.port("web")
        let held = try await hold(16, port)
        #expect(await eventually { (try? answer(port))?.contains("too_many_connections") == true })
        #expect(server.text.contains("too many connections to the API"))
        let root = try RawSocket(path: "\(directory)/data/admin.sock")
        await root.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await root.readHead().hasPrefix("HTTP/1.1 200"))
        for channel in held { channel.close(promise: nil) }
        #expect(await eventually { (try? answer(port))?.contains("too_many_connections") == false })
        kill(server.process.processIdentifier, SIGTERM)
        _ = await server.wait()
    }

    @Test func `out of descriptors it goes on as soon as there are some again`() async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try Running(directory, openFiles: 96)
        try #require(await server.listens(), "\(server.text)")
        let (web, agents) = (try server.port("web"), try server.port("agents"))
        // Beyond what there are descriptors for; the web port's own limit is half of them.
        let held = try await hold(100, agents)
        let more = try await hold(10, web)
        for name in ["the agents' port", "127.0.0.1:\(web)"] {
            let said = "a connection to \(name) could not be accepted"
            #expect(await eventually { server.text.contains(said) }, "\(server.text)")
        }
        for channel in held + more { channel.close(promise: nil) }
        #expect(await eventually { (try? answer(web))?.contains("status") == true }, "\(server.text)")
        kill(server.process.processIdentifier, SIGTERM)
        _ = await server.wait()
    }

    @Test func `a server without a vault serves all the same, and warns with what helps`() async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try Running(directory, yaml: Self.memoryVault, plugins: ["Memory"])
        try #require(await server.listens(), "\(server.text)")
        #expect(await eventually { server.text.contains("passwords are not checked") }, "\(server.text)")
        let lines = server.text.split(separator: "\n").filter { $0.contains("passwords are not checked") }
        #expect(lines.count == 1 && lines.first?.contains("vigocli secrets init") == true, "\(server.text)")
        kill(server.process.processIdentifier, SIGTERM)
        #expect(await server.wait() == 0)
    }

    @Test func `a vault is opened by its own worker, comes back when that dies, and ends with the server`() async throws
    {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try makeVault(directory)
        let server = try Running(directory, yaml: Self.memoryVault, plugins: ["Memory"])
        try #require(await eventually { server.text.contains("msg=\"the vault is open\"") }, "\(server.text)")
        let first = try #require(vaultWorker(of: server))
        if getuid() == 0 {
            let status = try String(contentsOfFile: "/proc/\(first)/status", encoding: .utf8)
            #expect(status.contains("Uid:\t60997\t60997\t60997\t60997"))
            // Starting anew must not give the vault to the server.
            for path in ["secrets", "secrets/.master.key"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/data/\(path)")
                #expect(attributes[.ownerAccountID] as? Int == 0)
            }
        }
        kill(first, SIGKILL)
        #expect(await eventually { (self.vaultWorker(of: server) ?? first) != first }, "\(server.text)")
        let second = try #require(vaultWorker(of: server))
        kill(server.process.processIdentifier, SIGTERM)
        #expect(await server.wait() == 0)
        #expect(await eventually { kill(second, 0) != 0 })
    }

    private static let memoryVault = """
        server: {listen: "127.0.0.1:0", agent_listen: "127.0.0.1:0"}
        secrets: {backend: memory, worker_uid: 60997}
        """

    private func makeVault(_ directory: String) throws {
        let vault = "\(directory)/data/secrets"
        try FileManager.default.createDirectory(atPath: vault, withIntermediateDirectories: true)
        try Data("0123456789abcdef0123456789abcdef".utf8).write(to: URL(fileURLWithPath: "\(vault)/.master.key"))
        chmod("\(vault)/.master.key", 0o600)
        if getuid() == 0 { chown(vault, 0, 60_997) }
        chmod(vault, getuid() == 0 ? 0o1770 : 0o700)
    }

    /// The process below the server's launcher.
    private func vaultWorker(of server: Running) -> Int32? {
        func children(_ process: Int32) -> [Int32] {
            let tasks = "/proc/\(process)/task"
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
            let lists = threads.compactMap { try? String(contentsOfFile: "\(tasks)/\($0)/children", encoding: .utf8) }
            return lists.flatMap { $0.split(separator: " ") }.compactMap { Int32($0) }
        }
        return children(server.process.processIdentifier).flatMap(children).first { process in
            (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8))?.hasPrefix("scrier-worker") == true
        }
    }

    @Test func `a configuration that cannot be used is named with its line`() async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try Running(directory, yaml: "scrier:\n  max_session: 3\n")
        #expect(await server.wait() == 78)
        #expect(server.text.contains("server.yaml:2: unknown key scrier.max_session"), "\(server.text)")
    }

    /// What stands where server.yaml should, and words of the sentence that says so.
    private static let noConfigurations = [
        ("mkdir server.yaml", "cannot be read"), ("ln -s /nowhere server.yaml", "cannot be read"),
        ("ln -s server.yaml server.yaml", "cannot be read"),
        ("head -c 4000 /dev/urandom >server.yaml", "is not UTF-8 text"),
        ("printf 'scrier:\\n  enabled: \\377\\n' >server.yaml", "is not UTF-8 text"),
        ("head -c 2000000 /dev/zero | tr '\\0' '#' >server.yaml", "is larger than 1 MiB"),
        ("ln -s /dev/zero server.yaml", "is larger than 1 MiB"), ("cp /bin/true server.yaml", "is not UTF-8 text"),
        ("printf '\\0\\0\\0' >server.yaml", "server.yaml"), ("echo '<html>' >server.yaml", "server.yaml:1"),
    ]

    @Test(arguments: noConfigurations)
    func `what is no configuration stops the start with a sentence, whatever it is`(line: String, words: String)
        async throws
    {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for verb in ["check", "run"] {
            let process = Process()
            let errors = Pipe()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c",
                "cd '\(directory)' && rm -rf server.yaml && \(line) && exec '\(Running.programs)/vigosrv' \(verb) --config '\(directory)/server.yaml' --data-dir '\(directory)/data'",
            ]
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 78, "\(verb) \(line): \(text)")
            #expect(text.contains("\(directory)/server.yaml") && text.contains(words), "\(verb) \(line): \(text)")
            #expect(!text.contains("Error Domain") && !text.contains("Fatal"), "\(text)")
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/data"))
        }
    }

    @Test func `a port in use, and a CA without its key, are said and stop the start`() async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let target = try await Target()
        let port = try #require(target.address.port)
        let taken = try Running(
            directory,
            yaml: "server: {listen: \"127.0.0.1:\(port)\", agent_listen: \"127.0.0.1:0\"}"
        )
        #expect(await taken.wait() == 1)
        #expect(taken.text.contains("127.0.0.1:\(port) is in use by another program"), "\(taken.text)")
        try FileManager.default.removeItem(atPath: "\(directory)/data/tls/ca_key")
        let keyless = try Running(directory)
        #expect(await keyless.wait() == 1)
        #expect(keyless.text.contains("restore it from a backup"), "\(keyless.text)")
    }
}
