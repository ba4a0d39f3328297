import Foundation
import Lab
import Testing
import Trust

@testable import Agent

/// `vigo` itself, asked for what makes no sense, on files that are not what they should be: one sentence and the exit
/// code that docs/agent.md promises, in any case soon.
@Suite(.serialized, .timeLimit(.minutes(3))) struct AgentProgramTests {
    private let scratch = NSTemporaryDirectory() + "vigo-program-" + UUID().uuidString

    private func vigo(_ arguments: String...) throws -> Command {
        // A `run` that starts after all is no test that waits for ever.
        try Command.run(URL(filePath: "/usr/bin/timeout"), ["60", Lab.program("vigo").path] + arguments)
    }

    private func write(_ text: String, to name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        let path = "\(scratch)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func remove() { try? FileManager.default.removeItem(atPath: scratch) }

    /// Files of an envoy that is enrolled somewhere that nobody listens any more.
    private func withEnrolled(_ body: (AgentDirectories) throws -> Void) async throws {
        let server = try await TestServer.start(ownerPorts: [], serverPorts: [])
        await server.listener.stop()
        defer { try? FileManager.default.removeItem(atPath: server.directories.config) }
        try body(server.directories)
    }

    @Test(arguments: [
        (["nonsense"], "nonsense"), (["run", "more"], "more"), (["run", "--log-level", "loud"], "loud"),
        (["register"], "--server"), (["register", "--server"], "--server"),
        (["register", "--server", "vigo.example.com"], "https://host[:port]"),
        (["register", "--server", "http://vigo.example.com"], "https://host[:port]"),
        (["register", "--server", "https://vigo.example.com", "--hostname", "no name"], "no name"),
        (["--config-dir"], "Missing value for '--config-dir'"), (["--state-dir", "/tmp"], "Missing command"),
        (["status", "--config-dir"], "--config-dir"),
        (["status", "--config-dir", ""], "--config-dir names no directory"),
        (["--config-dir", "", "status"], "--config-dir names no directory"), (["--frobnicate"], "--frobnicate"),
    ])
    func `what makes no sense ends with 64, and names it`(arguments: [String], words: String) throws {
        let done = try Command.run(Lab.program("vigo"), arguments)
        #expect(done.status == 64, "\(done)")
        #expect(done.errors.contains(words), "\(done)")
        #expect(done.output.isEmpty)
    }

    @Test func `help and versions are said on standard output`() throws {
        for arguments in [["--help"], ["help", "run"], ["register", "--help"]] {
            let done = try Command.run(Lab.program("vigo"), arguments)
            #expect(done.status == 0 && done.output.contains("USAGE: vigo") && done.errors.isEmpty, "\(done)")
        }
        #expect(try vigo("--help").output.contains("--config-dir and --state-dir may stand before"))
        #expect(try vigo("--version").output == AgentVersion.current + "\n")
        #expect(try vigo("version").output == "vigo \(AgentVersion.current)\n")
    }

    @Test func `a machine that is not enrolled is told how to be`() throws {
        for (command, status) in [("run", 78), ("status", 1), ("secrets", 1)] as [(String, Int32)] {
            let done = try vigo("--config-dir", "\(scratch)/none", "--state-dir", "\(scratch)/state", command)
            #expect(done.status == status)
            #expect(done.errors.contains("not enrolled: there is no \(scratch)/none/config"))
            #expect(done.errors.contains("vigo register --server"))
        }
        #expect(!FileManager.default.fileExists(atPath: scratch))
    }

    @Test func `a directory that is a file is called that, and stays what it is`() async throws {
        defer { remove() }
        let file = try write("precious", to: "file")
        for command in ["run", "status", "secrets"] {
            let done = try vigo("--config-dir", file, command)
            #expect(done.status == 78 && done.errors.contains("\(file)/config: not a directory"), "\(done)")
        }
        for directories in [
            ["--config-dir", file, "--state-dir", scratch], ["--config-dir", "\(scratch)/c", "--state-dir", file],
        ] {
            let done = try Command.run(
                Lab.program("vigo"),
                directories + ["register", "--server", "https://127.0.0.1:1"]
            )
            #expect(done.status == 73 && done.errors.contains("\(file): not a directory"), "\(done)")
        }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
        try await withEnrolled { directories in
            let done = try vigo("--config-dir", directories.config, "--state-dir", file, "run")
            #expect(done.status == 78 && done.errors.contains("\(file): not a directory"), "\(done)")
        }
    }

    @Test func `a CA file is there and holds certificates, or is named`() throws {
        defer { remove() }
        let nonsense = try write("nonsense", to: "ca.pem")
        for (file, words) in [("\(scratch)/none.pem", "there is none"), (nonsense, "expected certificates in PEM")] {
            let done = try vigo("register", "--server", "https://127.0.0.1:1", "--ca-file", file)
            #expect(done.status == 73 && done.errors.contains("\(file): \(words)"), "\(done)")
        }
    }

    @Test(arguments: [("ftp://proxy:21", "only http:// proxies"), ("http://", "names no host")])
    func `a proxy that cannot be is named before anything is done`(proxy: String, words: String) throws {
        let done = try Command.run(
            Lab.program("vigo"),
            [
                "register", "--server", "https://192.0.2.1", "--config-dir", "\(scratch)/c", "--state-dir",
                "\(scratch)/s",
            ],
            environment: ["HTTPS_PROXY": proxy]
        )
        #expect(done.status == 64 && done.errors.contains(words), "\(done)")
        #expect(!FileManager.default.fileExists(atPath: scratch))
    }

    @Test func `a server that is not there may be later`() throws {
        defer { remove() }
        let done = try vigo(
            "register",
            "--server",
            "https://127.0.0.1:1",
            "--config-dir",
            "\(scratch)/c",
            "--state-dir",
            "\(scratch)/s"
        )
        #expect(done.status == 75 && done.errors.contains("nobody listens there"), "\(done)")
        #expect(!FileManager.default.fileExists(atPath: "\(scratch)/c"))
    }

    @Test(arguments: [
        ("surprise = 1\n", "unknown"), ("no equals sign\n", "expected key = value"),
        ("allowed_ports = 70000\n", "allowed_ports"),
        ("max_tunnels = many\n", "max_tunnels"), ("\u{0}\u{1}\u{1b}[2J\n", "expected key = value"),
    ])
    func `nonsense in config ends run and status with 78, file and line`(line: String, words: String) async throws {
        try await withEnrolled { directories in
            let file = directories.configurationFile
            let kept = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").filter {
                !$0.hasPrefix("allowed_ports") && !$0.hasPrefix("max_tunnels")
            }
            try (line + kept.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
            for command in ["run", "status"] {
                let done = try vigo("--config-dir", directories.config, "--state-dir", directories.state, command)
                #expect(done.status == 78, "\(done)")
                #expect(done.errors.contains("\(file):1: ") && done.errors.contains(words), "\(done)")
                #expect(!done.errors.contains("\u{1b}"))
            }
        }
    }

    @Test func `files that cannot be read, or hold something else, are named by run`() async throws {
        try await withEnrolled { directories in
            for file in [
                directories.identityKey, directories.tlsKey, directories.certificate, directories.certificateAuthority,
            ] {
                let kept = try Data(contentsOf: URL(filePath: file))
                for nonsense in [Data(), Data("nonsense".utf8), nil] {
                    try FileManager.default.removeItem(atPath: file)
                    // A directory can be read by nobody, root included.
                    if let nonsense {
                        try nonsense.write(to: URL(filePath: file))
                    } else {
                        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
                    }
                    let done = try vigo("--config-dir", directories.config, "--state-dir", directories.state, "run")
                    #expect(done.status == 78 && done.errors.contains(file), "\(done)")
                }
                try FileManager.default.removeItem(atPath: file)
                try kept.write(to: URL(filePath: file))
            }
        }
    }

    @Test func `a key that is not the certificate's ends run with 78 and both files' names`() async throws {
        try await withEnrolled { directories in
            try CertificateRequest().keyPEM.withBytes { try PrivateFile.write(Array($0), to: directories.tlsKey) }
            let done = try vigo("--config-dir", directories.config, "--state-dir", directories.state, "run")
            #expect(done.status == 78)
            #expect(done.errors.contains(directories.tlsKey) && done.errors.contains(directories.certificate))
            #expect(done.errors.contains("enroll again"))
        }
    }
}
