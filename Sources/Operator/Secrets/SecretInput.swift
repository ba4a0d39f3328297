import Glibc
package import Trust

/// Where a value comes from that `set raw` stores: byte for byte, a newline at the end included.
package enum SecretInput {
    /// As much as a backend takes.
    package static let largest = 1 << 20

    /// From a file, with `-` for stdin.
    package static func read(file path: String) throws(OperatorError) -> Secret {
        if path == "-" {
            return try nonEmpty(DescriptorReader.read(STDIN_FILENO, upTo: largest, named: "stdin"), "stdin")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw OperatorError("\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try nonEmpty(DescriptorReader.read(descriptor, upTo: largest, named: path), path)
    }

    /// From a pipe or a file on stdin; nil where stdin is a terminal, and somebody has to be asked.
    package static func readPiped() throws(OperatorError) -> Secret? {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0 else { throw OperatorError("there is no value: stdin is closed") }
        switch status.st_mode & S_IFMT {
        case S_IFIFO, S_IFREG, S_IFSOCK:
            return try nonEmpty(DescriptorReader.read(STDIN_FILENO, upTo: largest, named: "stdin"), "stdin")
        default:
            guard isatty(STDIN_FILENO) == 1 else {
                throw OperatorError("there is no value: pipe one into stdin, or pass --from-file")
            }
            return nil
        }
    }

    /// An empty value is what a command that failed leaves in a pipe.
    private static func nonEmpty(_ value: Secret, _ name: String) throws(OperatorError) -> Secret {
        guard value.count > 0 else { throw OperatorError("\(name) is empty; nothing was stored") }
        return value
    }
}
