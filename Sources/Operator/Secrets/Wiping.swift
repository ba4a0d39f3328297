import Glibc
import NIOCore

/// Overwrites what was secret. Not by memset: the optimizer may leave out what is written into memory that is freed next.
enum Wiping {
    static func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        explicit_bzero(start, bytes.count)
    }
}

extension ByteBuffer {
    /// What is readable, in place, whoever else holds it: writing to it as usual would wipe a copy and leave the original.
    func wipe() {
        withUnsafeReadableBytes { Wiping.wipe(UnsafeMutableRawBufferPointer(mutating: $0)) }
    }
}
