package import Foundation

/// A stock sshd on a loopback port of its own.
package final class SSHServer {
    package let port: Int
    package let program: Program

    package init(in directory: URL, port: Int, extra: [String] = []) throws {
        self.port = port
        try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        let hostKey = directory.appending(path: "ssh_host_ed25519_key").path
        if !FileManager.default.fileExists(atPath: hostKey) {
            try Command.shell("ssh-keygen -q -t ed25519 -N '' -f '\(hostKey)'")
        }
        let configuration = directory.appending(path: "sshd_config")
        let lines = [
            "Port \(port)", "ListenAddress 127.0.0.1", "HostKey \(hostKey)", "PidFile none", "UsePAM no",
            "PasswordAuthentication no", "PrintMotd no", "PrintLastLog no",
        ]
        try (lines + extra + [""]).joined(separator: "\n").write(to: configuration, atomically: true, encoding: .utf8)
        program = try Program(
            URL(filePath: "/usr/sbin/sshd"),
            ["-D", "-e", "-f", configuration.path],
            log: directory.appending(path: "sshd.log")
        )
    }
}
