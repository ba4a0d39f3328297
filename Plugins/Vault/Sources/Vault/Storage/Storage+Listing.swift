import Glibc

extension Storage {
    enum Kind { case file, directory, other }

    struct Entry {
        /// Bytes, because what somebody else put there may be anything.
        let name: [UInt8]
        let kind: Kind

        var text: String { String(decoding: name, as: UTF8.self) }
    }

    /// All but "." and "..", in no order.
    func entries(of directory: borrowing Descriptor) throws(StorageFailure) -> [Entry] {
        // Of its own: a stream reads on where its descriptor stands, and closes it.
        let copy = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { throw StorageFailure("list a directory") }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let next = readdir(stream) else {
                guard errno == 0 else { throw StorageFailure("list a directory") }
                return entries
            }
            let name = withUnsafeBytes(of: &next.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard name != [0x2E], name != [0x2E, 0x2E] else { continue }
            entries.append(Entry(name: name, kind: kind(of: name, Int32(next.pointee.d_type), in: directory)))
        }
    }

    private func kind(of name: [UInt8], _ type: Int32, in directory: borrowing Descriptor) -> Kind {
        switch type {
        case Int32(DT_REG): return .file
        case Int32(DT_DIR): return .directory
        case Int32(DT_UNKNOWN):
            // Not every file system says it.
            guard let status = try? status(of: name, in: directory) else { return .other }
            return switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        default: return .other
        }
    }

    /// O_PATH, which glibc declares for GNU sources only.
    private static let pathOnly: Int32 = 0o10_000_000

    /// Of the thing itself, also of a link, and of what may not be read: by a descriptor that can do nothing else.
    func status(of name: [UInt8], in directory: borrowing Descriptor) throws(StorageFailure) -> stat {
        let descriptor = (name + [0]).withUnsafeBufferPointer { name in
            name.withMemoryRebound(to: CChar.self) {
                openat(directory.number, $0.baseAddress!, Self.pathOnly | O_NOFOLLOW | O_CLOEXEC)
            }
        }
        guard descriptor >= 0 else { throw StorageFailure("examine it") }
        return try Descriptor(descriptor).status()
    }
}
