import Glibc

/// `~/.config/vigo/config`, to be written.
package struct ConfigurationFile: Equatable, Sendable {
    package let text: String

    package init(server: String, token: String?, caFile: String?) throws(OperatorError) {
        _ = try ServerLocation(url: server)
        guard let token = token?.trimmed, !token.isEmpty else {
            throw OperatorError("an API token is needed: “vigocli apitokens create” on the server makes one")
        }
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw OperatorError("this is no API token: it has characters that a token cannot have")
        }
        var text = "server = \(server)\ntoken = \(token)\n"
        if let caFile {
            // Commands are called from anywhere: the path must hold there as well.
            guard let path = realpath(caFile, nil) else { throw OperatorError("\(caFile) cannot be read") }
            defer { free(path) }
            text += "ca_file = \(String(cString: path))\n"
        }
        self.text = text
    }

    /// Replaces the file as a whole; only its owner may read it, from its first byte on.
    package func write(environment: [String: String]) throws(OperatorError) -> String {
        let path = try OperatorConfiguration.path(environment: environment)
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let parent = String(directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)])
        _ = mkdir(parent, 0o700)
        _ = mkdir(directory, 0o700)
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw OperatorError("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
        guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw OperatorError("\(path) cannot be written: \(reason)")
        }
        return path
    }
}
