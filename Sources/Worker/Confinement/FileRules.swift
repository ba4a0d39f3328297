import CLinux
import Glibc

/// Landlock: which files can still be opened, and no TCP, no abstract sockets, no signals to others.
enum FileRules {
    /// What loading a plugin may read: libraries where the loader looks for them, the directory that the plugin lies in
    /// (libraries that it brought along), TLS certificates and configuration.
    static func readable(plugin path: String) -> [String] {
        var paths: Set<String> = [
            "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/ssl", "/dev/null",
            "/dev/urandom",
        ]
        for library in loadedLibraries() + [path] {
            if let slash = library.lastIndex(of: "/"), slash != library.startIndex {
                paths.insert(String(library[..<slash]))
            }
        }
        return paths.sorted()
    }

    /// `granted` is a directory below which files may be made, read, replaced and removed. 0, or -errno.
    static func restrict(to readable: [String], granted: Int32?, version: Int32) -> Int32 {
        let files = clinux_landlock_files(version)
        let ruleset = clinux_landlock_ruleset(
            version,
            files,
            clinux_landlock_network(version),
            clinux_landlock_scope(version)
        )
        guard ruleset >= 0 else { return ruleset }
        defer { close(ruleset) }
        for path in readable {
            let descriptor = clinux_open_path(path)
            // Not every machine has every directory.
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            let isDirectory = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            let access = isDirectory ? clinux_landlock_reading() : clinux_landlock_reading_file()
            let result = clinux_landlock_allow(ruleset, descriptor, access)
            guard result >= 0 else { return result }
        }
        if let granted {
            let result = clinux_landlock_allow(ruleset, granted, clinux_landlock_keeping())
            guard result >= 0 else { return result }
        }
        return clinux_landlock_restrict(ruleset)
    }

    /// The Swift runtime may lie anywhere: its directory is that of an image which is there already.
    private static func loadedLibraries() -> [String] {
        var names: [String] = []
        withUnsafeMutablePointer(to: &names) { names in
            clinux_each_library(
                { path, names in
                    guard let path else { return }
                    names?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: path))
                },
                names
            )
        }
        return names
    }
}
