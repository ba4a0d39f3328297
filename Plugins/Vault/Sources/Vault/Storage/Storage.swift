import Glibc

/// Files below one directory, by names that were checked. Every directory on the way is opened by itself, so that no
/// symbolic link is ever followed; what is written is whole and on the disk, or it is not there.
struct Storage {
    let root: Int32
    let uid = geteuid()
    static let temporary = ",new-"

    /// Nil where one of them is not there; with `making` there is none such.
    func directory(_ names: [String], making: Bool = false) throws(StorageFailure) -> Descriptor? {
        var current = try open(root, ".", O_RDONLY | O_DIRECTORY)
        for name in names {
            do throws(StorageFailure) {
                current = try open(current.number, name, O_RDONLY | O_DIRECTORY)
            } catch {
                guard error.isMissing else { throw error }
                guard making else { return nil }
                current = try make(name, in: current.number)
            }
        }
        return current
    }

    private func make(_ name: String, in parent: Int32) throws(StorageFailure) -> Descriptor {
        guard mkdirat(parent, name, 0o700) == 0 else { throw StorageFailure("make a directory") }
        guard fsync(parent) == 0 else { throw StorageFailure("make a directory") }
        return try open(parent, name, O_RDONLY | O_DIRECTORY)
    }

    /// Never waits, as a pipe in the place of a file would make it.
    func open(_ directory: Int32, _ name: String, _ flags: Int32) throws(StorageFailure) -> Descriptor {
        let descriptor = openat(directory, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageFailure("open it") }
        return Descriptor(descriptor)
    }

    /// What is in it, as far as it fits; the count.
    func read(
        _ file: borrowing Descriptor,
        into memory: UnsafeMutableRawBufferPointer
    ) throws(StorageFailure) -> Int {
        var count = 0
        while count < memory.count {
            let size = Glibc.read(file.number, memory.baseAddress! + count, memory.count - count)
            if size < 0 && errno == EINTR { continue }
            guard size >= 0 else { throw StorageFailure("read it") }
            if size == 0 { break }
            count += size
        }
        return count
    }

    /// Puts a file in place, in one step, by way of a temporary one beside it; its stamp. Whoever says that the directory
    /// need not be on the disk yet must see to it later.
    func write(
        _ bytes: UnsafeRawBufferPointer,
        to name: String,
        in directory: borrowing Descriptor,
        syncsDirectory: Bool = true
    ) throws(StorageFailure) -> Stamp {
        let temporary = Self.temporary + Hex.encode((0..<8).map { _ in UInt8.random(in: 0...255) })
        let number = directory.number
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(number, temporary, flags, 0o600)
        guard descriptor >= 0 else { throw StorageFailure("make a file") }
        let file = Descriptor(descriptor)
        do throws(StorageFailure) {
            try fill(file, bytes)
            guard fsync(file.number) == 0 else { throw StorageFailure("write it") }
            guard renameat(number, temporary, number, name) == 0 else { throw StorageFailure("put it in place") }
        } catch {
            unlinkat(number, temporary, 0)
            throw error
        }
        if syncsDirectory { try sync(directory) }
        return Stamp(try file.status())
    }

    private func fill(_ file: borrowing Descriptor, _ bytes: UnsafeRawBufferPointer) throws(StorageFailure) {
        var written = 0
        while written < bytes.count {
            let size = Glibc.write(file.number, bytes.baseAddress! + written, bytes.count - written)
            if size < 0 && errno == EINTR { continue }
            guard size > 0 else { throw StorageFailure("write it") }
            written += size
        }
    }

    func sync(_ directory: borrowing Descriptor) throws(StorageFailure) {
        guard fsync(directory.number) == 0 else { throw StorageFailure("write its directory") }
    }

    func remove(_ name: String, in directory: borrowing Descriptor) throws(StorageFailure) {
        guard unlinkat(directory.number, name, 0) == 0 else { throw StorageFailure("remove it") }
        try sync(directory)
    }

    /// Directories that are empty now, from the innermost outwards; how many. The next put makes them again.
    func prune(_ names: [String]) -> Int {
        for depth in (0..<names.count).reversed() {
            guard let parent = try? directory(Array(names[..<depth])),
                unlinkat(parent.number, names[depth], AT_REMOVEDIR) == 0
            else { return names.count - 1 - depth }
        }
        return names.count
    }
}
