import Glibc

/// The file that this agent was started from, and those beside it while it is exchanged for a newer one.
struct AgentProgram: Sendable {
    let path: String

    /// Written here first, so that the exchange is a rename within one directory.
    var candidate: String { sibling("new") }
    /// What the agent goes back to.
    var previous: String { sibling("previous") }

    /// Nil when that file is gone: somebody else is exchanging it.
    static var running: AgentProgram? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard count > 0, count < buffer.count else { return nil }
        let path = String(decoding: buffer[..<count], as: UTF8.self)
        return access(path, X_OK) == 0 ? AgentProgram(path: path) : nil
    }

    /// Whether a file runs here and is the version that it was signed as.
    func isVersion(_ version: String, at file: String) -> Bool {
        Program.output(file, ["--version"], patience: 20)?.split(separator: "\n").first.map(String.init) == version
    }

    /// At every moment there is a whole agent at `path`.
    func install() throws(HomeFileError) {
        unlink(previous)
        guard link(path, previous) == 0 else { throw HomeFileError(call: "link") }
        guard rename(candidate, path) == 0 else {
            let failure = HomeFileError(call: "rename")
            unlink(previous)
            throw failure
        }
        try syncDirectory()
    }

    func goBack() throws(HomeFileError) {
        guard rename(previous, path) == 0 else { throw HomeFileError(call: "rename") }
        try syncDirectory()
    }

    func forgetPrevious() { unlink(previous) }

    private func sibling(_ ending: String) -> String {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        return "\(path[..<slash])/.\(path[path.index(after: slash)...]).\(ending)"
    }

    private func syncDirectory() throws(HomeFileError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let directory = try Descriptor(open(String(path[...slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open")
        guard fsync(directory.number) == 0 else { throw HomeFileError(call: "fsync") }
    }
}
