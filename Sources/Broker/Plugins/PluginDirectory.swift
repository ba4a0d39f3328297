import Glibc

/// The libraries of a directory, as they are now.
struct PluginDirectory: Equatable, Sendable {
    let path: String
    let files: [String: FileIdentity]
    /// Why none of them may be loaded.
    let problem: String?

    init(_ path: String) {
        self.path = path
        var files: [String: FileIdentity] = [:]
        for name in Self.names(in: path) where name.hasSuffix(".so") && !name.hasPrefix(".") {
            files["\(path)/\(name)"] = FileIdentity("\(path)/\(name)")
        }
        self.files = files
        do throws(PluginFile.Problem) {
            try PluginFile.checkDirectory(path)
            problem = nil
        } catch {
            problem = error.sentence
        }
    }

    private static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let next = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &next.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            )
        }
        return names
    }
}
