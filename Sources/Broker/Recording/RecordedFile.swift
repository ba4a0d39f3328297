import Crypto
import Glibc

/// A recording that is there already: its digest, and its repair after a crash.
package enum RecordedFile {
    package struct Digest: Sendable, Equatable {
        package var bytes: Int
        package var sha256: String
    }

    /// Nil when there is no such file, or nothing that could be read. Blocks.
    package static func digest(_ path: String) -> Digest? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var hash = SHA256()
        var bytes = 0
        return withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer -> Digest? in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { return nil }
                guard count > 0 else { break }
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                bytes += count
            }
            return Digest(bytes: bytes, sha256: Hexadecimal.text(hash.finalize()))
        }
    }

    /// Cuts off a last line that was half written when the server was killed, so that what is there plays. Returns the time of the
    /// last event in seconds, where there is one. Blocks.
    package static func repair(_ path: String) -> Double? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { return nil }
        guard let end = lastNewline(descriptor, before: size) else {
            ftruncate(descriptor, 0)
            return nil
        }
        if end + 1 < size { ftruncate(descriptor, end + 1) }
        fdatasync(descriptor)
        let start = lastNewline(descriptor, before: end).map { $0 + 1 } ?? 0
        var line = [UInt8](repeating: 0, count: 32)
        let count = max(0, pread(descriptor, &line, line.count, start))
        guard line.first == UInt8(ascii: "[") else { return nil }
        let digits = line[1..<max(1, count)].prefix { $0 != UInt8(ascii: ",") }
        return Double(String(decoding: digits, as: UTF8.self))
    }

    private static func lastNewline(_ descriptor: Int32, before end: off_t) -> off_t? {
        var end = end
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while end > 0 {
            let start = max(0, end - off_t(part.count))
            let count = pread(descriptor, &part, Int(end - start), start)
            guard count == Int(end - start) else { return nil }
            if let index = part[..<count].lastIndex(of: UInt8(ascii: "\n")) { return start + off_t(index) }
            end = start
        }
        return nil
    }
}
