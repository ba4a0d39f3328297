import Glibc

/// The process behind a listening socket.
struct ListenerProcess: Equatable {
    let executable: String
    let arguments: [String]

    /// Whoever holds the socket; nil when nobody does that this process may look at.
    static func holding(_ inode: UInt64, proc: String = "/proc") -> ListenerProcess? {
        let target = "socket:[\(inode)]"
        for pid in names(in: proc) where Int(pid) != nil {
            let descriptors = "\(proc)/\(pid)/fd"
            guard names(in: descriptors).contains(where: { link("\(descriptors)/\($0)") == target }) else { continue }
            guard let executable = link("\(proc)/\(pid)/exe") else { continue }
            let line = (try? PrivateFile.read("\(proc)/\(pid)/cmdline")) ?? []
            let arguments = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return ListenerProcess(executable: executable, arguments: arguments)
        }
        return nil
    }

    /// The FILE of `sshd -f FILE`. A running sshd shows its arguments in its title:
    /// `sshd: /usr/sbin/sshd -D -f FILE [listener] 0 of 10-100 startups`.
    var configurationFile: String? {
        let words = arguments.flatMap { $0.split(separator: " ").map(String.init) }.prefix { $0 != "[listener]" }
        for (index, word) in words.enumerated() where word.hasPrefix("-") && !word.hasPrefix("--") {
            // Options without a value may stand before it in the same word, as in -Df.
            guard let f = word.firstIndex(of: "f"), word[..<f].dropFirst().allSatisfy({ "46DdeGiqTt".contains($0) })
            else { continue }
            let rest = word[word.index(after: f)...]
            if !rest.isEmpty { return String(rest) }
            return words.dropFirst(index + 1).first
        }
        return nil
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(String(cString: $0)) }
            }
        }
        return names
    }

    private static func link(_ path: String) -> String? {
        var text = [UInt8](repeating: 0, count: 4096)
        let count = text.withUnsafeMutableBytes {
            readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : nil
    }
}
