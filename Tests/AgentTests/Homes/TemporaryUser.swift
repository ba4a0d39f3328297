import Foundation

@testable import Agent

/// A user of this machine for one test, with a home in a scratch directory. Needs root.
final class TemporaryUser {
    let name = "vigot" + String(UInt32.random(in: 0...(.max)), radix: 36)
    let directory: String
    let account: UserAccount
    private var groups: [String] = []

    static var isPossible: Bool { geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/useradd") }

    init(shell: String = "/bin/sh") throws {
        directory = NSTemporaryDirectory() + "vigo-home-" + UUID().uuidString
        let ssh = directory + "/.ssh"
        try FileManager.default.createDirectory(atPath: ssh, withIntermediateDirectories: true)
        try Shell.run("/usr/sbin/useradd", ["-M", "-N", "-g", "nogroup", "-d", directory, "-s", shell, name])
        guard let account = UserAccount.named(name) else { throw Shell.Failure(text: "no user \(name)") }
        self.account = account
        try Shell.run("/bin/chown", ["-R", "\(account.uid):\(account.gid)", directory])
        chmod(directory, 0o755)
        chmod(ssh, 0o700)
    }

    deinit {
        try? Shell.run("/usr/sbin/userdel", [name])
        for group in groups { try? Shell.run("/usr/sbin/groupdel", [group]) }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Makes a group that goes with the user, who is one of its members where asked.
    func makeGroup(withMe: Bool) throws -> gid_t {
        let group = "\(name)g\(groups.count)"
        try Shell.run("/usr/sbin/groupadd", [group])
        groups.append(group)
        if withMe { try Shell.run("/usr/sbin/usermod", ["-a", "-G", group, name]) }
        guard let entry = getgrnam(group) else { throw Shell.Failure(text: "no group \(group)") }
        return entry.pointee.gr_gid
    }

    var status: stat {
        var status = stat()
        lstat(keysPath, &status)
        return status
    }

    var mode: mode_t { status.st_mode & 0o7777 }

    var keysPath: String { directory + "/.ssh/authorized_keys" }

    var keys: [UInt8] { FileManager.default.contents(atPath: keysPath).map(Array.init) ?? [] }

    func write(_ text: String, mode: mode_t = 0o600) {
        _ = FileManager.default.createFile(atPath: keysPath, contents: Data(text.utf8))
        chown(keysPath, account.uid, account.gid)
        chmod(keysPath, mode)
    }

    var leftovers: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/.ssh")) ?? []
        return names.filter { $0.hasPrefix(HomeKeys.temporaryPrefix) }
    }
}

/// Programs that tests call.
enum Shell {
    struct Failure: Error {
        let text: String
    }

    static func run(_ program: String, _ arguments: [String]) throws {
        // useradd gives up at once while another holds the lock of /etc/passwd.
        for attempt in 1...20 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            if process.terminationStatus == 0 { return }
            if attempt == 20 || process.terminationStatus != 1 && process.terminationStatus != 10 { break }
            usleep(100_000)
        }
        throw Failure(text: "\(program) \(arguments)")
    }
}
