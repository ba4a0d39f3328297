import CLinux
import Glibc
import Trust

/// A configuration directory that is complete before it takes its place: there is the old enrollment or the new one,
/// never half of each.
struct EnrollmentDirectory {
    let files: [String: Secret]

    /// Whether an enrollment could be written there: nothing but a directory is ever exchanged for it.
    static func prepare(_ directories: AgentDirectories) throws(FileError) {
        if PrivateFile.exists(directories.config) { try PrivateFile.makeDirectory(directories.config) }
        try PrivateFile.makeDirectory(directories.config + ".new")
        remove(directories.config + ".new")
        try PrivateFile.makeDirectory(directories.state)
    }

    func install(at directories: AgentDirectories) throws {
        let target = directories.config
        let fresh = target + ".new"
        Self.remove(fresh)
        try PrivateFile.makeDirectory(fresh)
        let staged = AgentDirectories(config: fresh, state: directories.state)
        do {
            for (name, text) in files {
                try PrivateFile.write(text.withBytes { Array($0) }, to: "\(fresh)/\(name)")
            }
            // Whatever the server sent, it must be something that this agent can start with.
            _ = try EnvoyCredentials(in: staged).context(speaking: "h2")
        } catch {
            Self.remove(fresh)
            throw RegistrationError.answer(String(describing: error))
        }
        guard PrivateFile.exists(target) else {
            guard rename(fresh, target) == 0 else {
                throw FileError(path: target, reason: HomeFileError(call: "rename"))
            }
            return
        }
        if clinux_exchange(AT_FDCWD, fresh, target) == 0 {
            Self.remove(fresh)
            return
        }
        let old = target + ".old"
        Self.remove(old)
        guard rename(target, old) == 0 else { throw FileError(path: target, reason: HomeFileError(call: "rename")) }
        guard rename(fresh, target) == 0 else {
            rename(old, target)
            throw FileError(path: target, reason: HomeFileError(call: "rename"))
        }
        Self.remove(old)
    }

    /// A flat directory of ours.
    private static func remove(_ path: String) {
        guard let stream = opendir(path) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(stream)
        rmdir(path)
    }
}
