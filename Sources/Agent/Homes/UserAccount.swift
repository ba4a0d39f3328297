import Glibc

/// A user of this machine as the name service knows them.
package struct UserAccount: Equatable, Sendable {
    package let name: String
    package let uid: UInt32
    package let gid: UInt32
    package let home: String
    package let shell: String

    package init(name: String, uid: UInt32, gid: UInt32, home: String, shell: String) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.home = home
        self.shell = shell
    }

    private init?(_ entry: UnsafePointer<passwd>?) {
        guard let entry, let name = entry.pointee.pw_name, let home = entry.pointee.pw_dir else { return nil }
        self.init(
            name: String(cString: name),
            uid: entry.pointee.pw_uid,
            gid: entry.pointee.pw_gid,
            home: String(cString: home),
            shell: entry.pointee.pw_shell.map { String(cString: $0) } ?? ""
        )
    }

    /// Root is never a landing target, and whoever has no login shell gets no terminal.
    package var isLandingTarget: Bool {
        guard uid != 0, home.hasPrefix("/") else { return false }
        let program = shell.split(separator: "/").last ?? "sh"
        return !["nologin", "false", "true", "sync", "halt", "shutdown"].contains(program)
    }

    package static func named(_ name: String) -> UserAccount? {
        UserAccount(getpwnam(name))
    }

    /// Everybody the name service enumerates, and the owners of what lies in `homes`: SSSD and the like do not
    /// enumerate. By uid, each once.
    package static func all(homes: String = "/home") -> [UserAccount] {
        var accounts: [String: UserAccount] = [:]
        setpwent()
        while let account = UserAccount(getpwent()) { accounts[account.name] = account }
        endpwent()
        let known = Set(accounts.values.map(\.uid))
        for uid in owners(below: homes).subtracting(known) {
            if let account = UserAccount(getpwuid(uid)) { accounts[account.name] = account }
        }
        return accounts.values.sorted { ($0.uid, $0.name) < ($1.uid, $1.name) }
    }

    private static func owners(below directory: String) -> Set<UInt32> {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var owners: Set<UInt32> = []
        while let entry = readdir(stream) {
            var status = stat()
            let result = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 1) {
                    fstatat(dirfd(stream), $0, &status, AT_SYMLINK_NOFOLLOW)
                }
            }
            if result == 0 { owners.insert(status.st_uid) }
        }
        return owners
    }
}
