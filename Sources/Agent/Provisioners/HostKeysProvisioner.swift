import Glibc
import NIOConcurrencyHelpers
import NIOPosix

/// `ssh-host-keys/1`: which host keys the sshd on the session's port has, so that the plugin accepts no other.
struct HostKeysProvisioner: Provisioner {
    let need = "ssh-host-keys/1"
    let threads: NIOThreadPool
    /// The last answer, by the listening socket: an sshd that reads its configuration anew has a new one.
    private let known = NIOLockedValueBox<(inode: UInt64, keys: [String])?>(nil)

    init(threads: NIOThreadPool) {
        self.threads = threads
    }

    func provision(_ parameters: [String: String], for session: ProvisioningSession) async throws(ProvisionFailure)
        -> Provisioned
    {
        let result: Result<[String], ProvisionFailure>
        do {
            result = try await threads.runIfActive { hostKeys(port: session.port.number) }
        } catch {
            throw ProvisionFailure("the agent is ending")
        }
        return Provisioned(parameters: ["host-keys": try result.get().joined(separator: "\n")])
    }

    private func hostKeys(port: Int) -> Result<[String], ProvisionFailure> {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map { (try? ProcFile.text($0)) ?? "" }
        let sockets = tables.flatMap { ListeningSocket.list(port: port, in: $0) }
        guard let socket = sockets.first else {
            return .failure(ProvisionFailure(.unreachable, "nothing listens on 127.0.0.1:\(port) of this envoy"))
        }
        // Somebody else could have taken the port while sshd was away, and would get the operator's keystrokes.
        guard sockets.allSatisfy({ $0.uid == 0 || $0.uid == getuid() }) else {
            return .failure(ProvisionFailure("port \(port) of this envoy is not held by root: no sshd of the system"))
        }
        if let last = known.withLockedValue(\.self), last.inode == socket.inode { return .success(last.keys) }
        let keys = keys(of: ListenerProcess.holding(socket.inode))
        guard !keys.isEmpty else {
            return .failure(
                ProvisionFailure("the host keys of the sshd on port \(port) of this envoy are not to be found")
            )
        }
        known.withLockedValue { $0 = (socket.inode, keys) }
        return .success(keys)
    }

    private func keys(of process: ListenerProcess?) -> [String] {
        let isSSHD =
            process.map { $0.executable.split(separator: "/").last == "sshd" && RootOwnedFile.isTrusted($0.executable) }
            ?? false
        // With socket activation it is the service manager that listens.
        let program = isSSHD ? process?.executable ?? "" : "/usr/sbin/sshd"
        let file = isSSHD ? process?.configurationFile : nil
        var arguments = ["-T"]
        if let file { arguments += ["-f", file] }
        let paths = Program.output(program, arguments).map(HostKeyFiles.paths) ?? []
        let keys = HostKeyFiles.publicKeys(besides: paths)
        // Only for the system's own configuration: another sshd's keys would be wrong ones.
        return keys.isEmpty && file == nil ? HostKeyFiles.publicKeys(besides: HostKeyFiles.standardPaths()) : keys
    }
}
