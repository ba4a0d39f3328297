import Foundation

/// An sshd of the test's own: keys, port, configuration and log in a scratch directory. Whoever runs the tests is whom
/// sessions log in as.
final class TestServer {
    static let program = "/usr/sbin/sshd"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let port: UInt16
    private let scratch: URL
    private let process: ChildProcess

    init(_ configuration: String = "") throws {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "ssh-tests-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        self.scratch = scratch
        func file(_ name: String) -> String { scratch.appending(path: name).path }
        port = try Self.freePort()
        for name in ["host", "other-host", "user", "other-user"] {
            try Self.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)])
        }
        try FileManager.default.copyItem(atPath: file("user.pub"), toPath: file("authorized_keys"))
        // sshd takes the first of a keyword: the test's own lines come first.
        let text = """
            \(configuration)
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(file("host"))
            AuthorizedKeysFile \(file("authorized_keys"))
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PrintMotd no
            PrintLastLog no
            SetEnv HISTFILE=/dev/null

            """
        try text.write(toFile: file("sshd_config"), atomically: true, encoding: .utf8)
        if geteuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        process = try ChildProcess(Self.program, ["-D", "-f", file("sshd_config"), "-E", file("log")])
        try waitUntilListening()
    }

    deinit {
        process.end()
        try? FileManager.default.removeItem(at: scratch)
    }

    var hostKey: String { line("host.pub") }
    var otherHostKey: String { line("other-host.pub") }
    func privateKey(_ name: String = "user") -> [UInt8] {
        Array((try? Data(contentsOf: URL(filePath: file(name)))) ?? Data())
    }
    var log: String { (try? String(contentsOfFile: file("log"), encoding: .utf8)) ?? "" }

    /// A connected socket to it.
    func connect() throws -> CInt {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECONNREFUSED)
        }
        return descriptor
    }

    /// A signal to the processes that serve connections, not to the one that listens.
    func signalSessions(_ number: CInt) {
        let pid = process.pid
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        for child in text.split(separator: " ") { kill(pid_t(child) ?? 0, number) }
    }

    private func file(_ name: String) -> String { scratch.appending(path: name).path }

    /// Algorithm and key, without the comment.
    private func line(_ name: String) -> String {
        let text = (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? ""
        return text.split(separator: " ").prefix(2).joined(separator: " ")
    }

    private func waitUntilListening() throws {
        for _ in 0..<200 {
            if let descriptor = try? connect() {
                close(descriptor)
                return
            }
            usleep(25_000)
        }
        throw POSIXError(.ETIMEDOUT, userInfo: [NSLocalizedDescriptionKey: log])
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        guard try ChildProcess(program, arguments).wait() == 0 else { throw POSIXError(.ENOEXEC) }
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, size)
                _ = getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
