import CLinux
import Crypto
import Glibc

/// A recording on disk that only grows, with the digest of what is in it. Used by one thread at a time.
package final class RecordingFile {
    private let descriptor: Int32
    private var hash = SHA256()
    package private(set) var bytes = 0

    /// Makes the file and the directories that lead to it below `directory`, for this user alone.
    package init(_ name: String, in directory: String) throws(RecordingError) {
        let path = "\(directory)/\(name)"
        var prefix = directory
        for component in name.split(separator: "/").dropLast() {
            prefix += "/\(component)"
            guard mkdir(prefix, 0o700) == 0 || errno == EEXIST else { throw .cannotCreate(prefix, error: errno) }
        }
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .cannotCreate(path, error: errno) }
    }

    deinit { close(descriptor) }

    /// Whole lines, all or nothing: where they do not fit, the file ends before them and stays one that plays.
    package func append(_ lines: [UInt8]) throws(RecordingError) {
        var written = 0
        while written < lines.count {
            let count = lines.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, lines.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let reason = count < 0 ? errno : EIO
                ftruncate(descriptor, off_t(bytes))
                throw .cannotWrite(error: reason)
            }
            written += count
        }
        hash.update(data: lines)
        bytes += lines.count
    }

    /// Lets the kernel begin to write, so that a power cut costs seconds and not half a minute; waits for nothing.
    func beginWriteback() { clinux_begin_writeback(descriptor) }

    var freeBytes: UInt64 { DiskSpace.free(of: descriptor) ?? .max }

    /// On the disk, whatever happens to the machine from now on.
    package func finish() -> String {
        fdatasync(descriptor)
        return Hexadecimal.text(hash.finalize())
    }
}

package enum Hexadecimal {
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
