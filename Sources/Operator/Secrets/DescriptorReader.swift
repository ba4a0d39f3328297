import Glibc
import Trust

/// Reads to the end, without copies that stay behind.
enum DescriptorReader {
    static func read(_ descriptor: Int32, upTo limit: Int, named name: String) throws(OperatorError) -> Secret {
        // One more than allowed, to see that there is more.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 16)
        var length = 0
        defer {
            Wiping.wipe(UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]))
            buffer.deallocate()
        }
        while length < buffer.count {
            let count = Glibc.read(descriptor, buffer.baseAddress! + length, buffer.count - length)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw GuardedFile.failure(name) }
            if count == 0 { break }
            length += count
        }
        guard length <= limit else { throw OperatorError("\(name) has more than \(Self.size(limit))") }
        return Secret(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
    }
}
