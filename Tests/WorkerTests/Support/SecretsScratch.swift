import Glibc

/// A secrets directory with its key, and things around it that a worker must not reach.
final class SecretsScratch {
    let top: String
    let uid: UInt32
    private let owner: UInt32

    /// As root makes it for a worker with that uid, or as a user makes it for himself.
    init(uid: UInt32, ownedByUser: Bool = false) {
        self.uid = uid
        owner = ownedByUser ? uid : 0
        var template = Array("/tmp/scrier-secrets-XXXXXX".utf8CString)
        mkdtemp(&template)
        top = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(top, 0o755)
        mkdir(directory, 0o700)
        chown(directory, owner, uid)
        chmod(directory, ownedByUser ? 0o700 : 0o1770)
        Self.write(top + "/beside", "beside", mode: 0o666)
        symlink("/etc/passwd", directory + "/link")
        write(key, "the key")
        if ownedByUser { chown(top, uid, uid) }
    }

    deinit {
        for folder in [directory, top] {
            for name in Self.names(in: folder) { unlink("\(folder)/\(name)") }
        }
        rmdir(directory)
        rmdir(top)
    }

    var directory: String { top + "/secrets" }
    var key: String { directory + "/.master.key" }
    var nextKey: String { key + ".next" }
    /// For scrier-launcher.
    var arguments: [String] { ["--secrets", "\(uid)", directory, key] }

    /// A file of the owner's, mode 0600.
    func write(_ path: String, _ text: String) {
        Self.write(path, text, mode: 0o600)
        chown(path, owner, owner)
    }

    var names: [String] { Self.names(in: directory).sorted() }

    private static func write(_ path: String, _ text: String, mode: mode_t) {
        guard let file = fopen(path, "w") else { return }
        fputs(text, file)
        fclose(file)
        chmod(path, mode)
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let next = readdir(stream) {
            let name = withUnsafeBytes(of: &next.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
