import Glibc
package import NIOCore

extension ByteBuffer {
    /// Overwrites the readable bytes where they lie, also for whoever else holds this storage: for bytes that nobody will
    /// read again. What NIO frees it does not wipe.
    package func wipeInPlace() {
        withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            explicit_bzero(UnsafeMutableRawPointer(mutating: base), bytes.count)
        }
    }
}
