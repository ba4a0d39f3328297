import Glibc

/// The standard streams, without buffers in between.
enum Standard {
    static func error(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    static func output(_ bytes: UnsafeRawBufferPointer) { writeAll(STDOUT_FILENO, bytes) }

    private static func write(_ text: String, to descriptor: CInt) {
        var text = text
        text.withUTF8 { writeAll(descriptor, UnsafeRawBufferPointer($0)) }
    }

    private static func writeAll(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
