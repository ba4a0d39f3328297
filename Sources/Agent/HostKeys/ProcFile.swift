import Glibc

/// Files of /proc, which may be larger than any file of the agent's own.
enum ProcFile {
    static func text(_ path: String) throws(HomeFileError) -> String {
        let file = try Descriptor(open(path, O_RDONLY | O_CLOEXEC), "open")
        return String(decoding: try file.read(limit: 64 << 20, chunk: 1 << 16), as: UTF8.self)
    }
}
