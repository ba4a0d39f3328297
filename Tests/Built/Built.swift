import Glibc
import Synchronization

/// Programs and fixtures, where the debug build put them: beside the test bundle. Workers run under uids of their own,
/// so where those may not pass (a clone below a private directory) what they need is copied to where they may.
package enum Built {
    package static let directory: String = {
        let original = ownDirectory()
        return isPassable(original) ? original : copy(of: original, to: "/tmp/scrier-built-\(getpid())")
    }()

    package static var worker: String { directory + "/scrier-worker" }
    package static var launcher: String { directory + "/scrier-launcher" }
    package static func plugin(_ name: String) -> String { "\(directory)/lib\(name)Plugin.so" }

    /// A directory of plugins, or a copy of it where workers may not pass.
    package static func reachable(_ plugins: String) -> String {
        isPassable(plugins)
            ? plugins
            : copies.withLock { copies in
                if let copy = copies[plugins] { return copy }
                let copy = copy(of: plugins, to: "/tmp/scrier-built-\(getpid())-\(copies.count)")
                copies[plugins] = copy
                return copy
            }
    }

    private static let copies = Mutex<[String: String]>([:])

    private static func ownDirectory() -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count)
        let text = String(decoding: path[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(text[..<(text.lastIndex(of: "/") ?? text.startIndex)])
    }

    private static func isPassable(_ path: String) -> Bool {
        var prefix = ""
        return path.split(separator: "/").allSatisfy { component in
            prefix += "/" + component
            var status = stat()
            return stat(prefix, &status) == 0 && status.st_mode & S_IXOTH != 0
        }
    }

    private static func copy(of original: String, to copy: String) -> String {
        mkdir(copy, 0o755)
        chmod(copy, 0o755)
        let programs = ["scrier-worker", "scrier-launcher"]
        for name in names(in: original) where programs.contains(name) || name.hasSuffix(".so") {
            copyFile("\(original)/\(name)", to: "\(copy)/\(name)")
        }
        made.withLock { $0.append(copy) }
        atexit { Built.removeCopies() }
        return copy
    }

    private static let made = Mutex<[String]>([])

    private static func removeCopies() {
        for directory in made.withLock(\.self) {
            for name in names(in: directory) { unlink("\(directory)/\(name)") }
            rmdir(directory)
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let next = readdir(stream) {
            let name = withUnsafeBytes(of: &next.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func copyFile(_ from: String, to path: String) {
        guard let source = fopen(from, "r"), let target = fopen(path, "w") else { return }
        var part = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&part, 1, part.count, source)
            guard count > 0 else { break }
            fwrite(part, 1, count, target)
        }
        fclose(source)
        fclose(target)
        chmod(path, 0o755)
    }
}
