import CLinux
import Glibc

extension HomeKeys {
    /// Points at which a crash must leave a valid file behind.
    enum Step: CaseIterable {
        case written, synced, exchanged, removed
    }

    /// Replaces the file by `change` of it, in one step, with owner, group and mode as they were. Somebody else's edit
    /// in between is kept and the change made anew. False where nothing was to change.
    @discardableResult
    func replace(
        after step: (Step) throws(HomeFileError) -> Void = { _ throws(HomeFileError) in },
        _ change: (AuthorizedKeysFile) -> AuthorizedKeysFile
    ) throws(HomeFileError) -> Bool {
        let directory = try directory()
        for attempt in 0..<50 {
            if attempt > 0 { usleep(UInt32.random(in: 500...10_000)) }
            let old = try contents(in: directory)
            let new = change(old.file)
            guard new != old.file else { return false }
            guard new.bytes.count <= Self.limit else { throw .tooLarge }
            let temporary = Self.temporaryPrefix + String(UInt64.random(in: 0...(.max)), radix: 36)
            do throws(HomeFileError) {
                try write(new, as: temporary, like: old, in: directory, after: step)
                guard try isUnchanged(old, in: directory) else { throw .keepsChanging }
                try put(temporary, inPlaceOf: old, in: directory, after: step)
                return true
            } catch .keepsChanging {
                unlinkat(directory.number, temporary, 0)
            } catch .missing {
                // An editor that removes before it writes.
                unlinkat(directory.number, temporary, 0)
            } catch {
                unlinkat(directory.number, temporary, 0)
                throw error
            }
        }
        throw .keepsChanging
    }

    /// Removes what a helper that was killed left behind. Only older files: another agent may be writing.
    func removeLeftovers(olderThan age: Int = 60) throws(HomeFileError) {
        let directory = try directory()
        guard let stream = fdopendir(dup(directory.number)) else { throw HomeFileError(call: "fdopendir") }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard name.hasPrefix(Self.temporaryPrefix),
                fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                status.st_mtim.tv_sec < time(nil) - age
            else { continue }
            unlinkat(directory.number, name, 0)
        }
    }

    private func write(
        _ file: AuthorizedKeysFile,
        as name: String,
        like old: Contents,
        in directory: borrowing Descriptor,
        after step: (Step) throws(HomeFileError) -> Void
    ) throws(HomeFileError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL
        let output = try Descriptor(clinux_open_beneath(directory.number, name, flags, 0o600), "create")
        try output.write(file.bytes)
        try FileACL.write([], to: output)
        let mode = old.status.st_mode & 0o7777
        if fchown(output.number, uid_t.max, old.status.st_gid) != 0 {
            guard errno == EPERM else { throw HomeFileError(call: "fchown") }
            // The owner may not give it to that group. Left with the user's own, it must give nobody more or less than before.
            guard Self.treatsGroupsAlike(mode), old.acl.isEmpty else { throw .foreignGroup(mode: mode) }
        }
        guard fchmod(output.number, mode) == 0 else { throw HomeFileError(call: "fchmod") }
        // With a list, the mode's middle is the most that it gives to anybody: the group alone may have had less.
        if !old.acl.isEmpty { try FileACL.write(old.acl, to: output) }
        try step(.written)
        guard fsync(output.number) == 0 else { throw HomeFileError(call: "fsync") }
        try step(.synced)
    }

    /// Whether it makes no difference which group a file belongs to: its members have what all others have.
    static func treatsGroupsAlike(_ mode: mode_t) -> Bool { (mode >> 3) & 7 == mode & 7 }

    private func put(
        _ temporary: String,
        inPlaceOf old: Contents,
        in directory: borrowing Descriptor,
        after step: (Step) throws(HomeFileError) -> Void
    ) throws(HomeFileError) {
        if clinux_exchange(directory.number, temporary, Self.name) == 0 {
            try step(.exchanged)
            // What was in place a moment ago now has the temporary name: if it is not what was read, somebody edited
            // in between, and theirs goes back.
            let displaced = try contents(in: directory, name: temporary)
            guard displaced.status.st_ino == old.status.st_ino, displaced.file == old.file else {
                _ = clinux_exchange(directory.number, temporary, Self.name)
                throw .keepsChanging
            }
            unlinkat(directory.number, temporary, 0)
        } else {
            guard [EINVAL, ENOSYS, EOPNOTSUPP, EPERM].contains(errno) else { throw HomeFileError(call: "rename") }
            guard renameat(directory.number, temporary, directory.number, Self.name) == 0 else {
                throw HomeFileError(call: "rename")
            }
        }
        try step(.removed)
        fsync(directory.number)
    }

    private func isUnchanged(_ old: Contents, in directory: borrowing Descriptor) throws(HomeFileError) -> Bool {
        var now = stat()
        guard fstatat(directory.number, Self.name, &now, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw HomeFileError(call: "fstatat")
        }
        return now.st_ino == old.status.st_ino && now.st_dev == old.status.st_dev && now.st_size == old.status.st_size
            && now.st_mtim.tv_sec == old.status.st_mtim.tv_sec && now.st_mtim.tv_nsec == old.status.st_mtim.tv_nsec
    }
}
