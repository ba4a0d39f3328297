import CLinux
import Glibc

/// Whose permissions this process has. Only for the helper, which has one thread: see docs/decisions/0050.
enum UserIdentity {
    static var isRoot: Bool { getuid() == 0 }

    /// Runs `body` with the user's permissions for files, then takes root's back. With the primary group only, unless asked
    /// otherwise: asking a directory service for the groups of every user of a company would take minutes.
    static func with<T, E: Error>(
        _ account: UserAccount,
        allGroups: Bool = false,
        _ body: () throws(E) -> T
    ) throws(E) -> T? {
        guard isRoot else { return try body() }
        let groups = allGroups ? (groups(of: account) ?? [account.gid]) : [account.gid]
        guard clinux_assume(account.uid, account.gid, groups, groups.count, 1) == 0 else { return nil }
        defer {
            var root = gid_t(0)
            // Going on as somebody else for the next user would be wrong in every way.
            if clinux_assume(0, 0, &root, 1, 1) != 0 { abort() }
        }
        return try body()
    }

    /// Becomes the user for good, with all their groups.
    static func become(_ account: UserAccount) throws(HomeFileError) {
        guard isRoot else {
            guard account.uid == getuid() else { throw .foreignOwner }
            return
        }
        guard let groups = groups(of: account) else { throw HomeFileError(call: "getgrouplist") }
        guard clinux_assume(account.uid, account.gid, groups, groups.count, 0) == 0 else {
            throw HomeFileError(call: "setresuid")
        }
        guard geteuid() == account.uid, setuid(0) != 0 else { throw .foreignOwner }
    }

    private static func groups(of account: UserAccount) -> [gid_t]? {
        var groups = [gid_t](repeating: 0, count: 65_536)
        var count = Int32(groups.count)
        guard getgrouplist(account.name, account.gid, &groups, &count) >= 0 else { return nil }
        return Array(groups.prefix(Int(count)))
    }
}
