import Glibc
import PluginAPI
import WorkerProtocol

/// Parameters or secrets of one session in memory that a plugin may borrow, each followed by a NUL.
final class SessionValues {
    private struct Value {
        var name: String
        var pointer: UnsafeMutableRawPointer
        var count: Int
    }

    private var values: [Value] = []

    func set(_ name: String, _ bytes: UnsafeRawBufferPointer) {
        guard let pointer = calloc(1, bytes.count + 1) else { abort() }
        pointer.copyMemory(from: bytes.baseAddress ?? UnsafeRawPointer(pointer), byteCount: bytes.count)
        values.append(Value(name: name, pointer: pointer, count: bytes.count))
    }

    /// What is in that file, from its beginning: straight into memory that is wiped. False where it cannot be read or is
    /// larger than a key can be.
    func read(_ name: String, from descriptor: Int32) -> Bool {
        let most = 64 << 10
        guard let pointer = calloc(1, most + 1) else { abort() }
        var count = 0
        while count <= most {
            let size = pread(descriptor, pointer + count, most + 1 - count, off_t(count))
            if size < 0 && errno == EINTR { continue }
            guard size > 0 else {
                if size < 0 { count = most + 1 }
                break
            }
            count += size
        }
        guard count <= most else {
            explicit_bzero(pointer, most + 1)
            free(pointer)
            return false
        }
        values.append(Value(name: name, pointer: pointer, count: count))
        return true
    }

    /// NULL data: not given.
    subscript(name: UnsafePointer<CChar>) -> scrier_bytes {
        for value in values where value.name.withCString({ strcmp($0, name) == 0 }) {
            return scrier_bytes(
                data: UnsafePointer(value.pointer.assumingMemoryBound(to: UInt8.self)),
                size: value.count
            )
        }
        return scrier_bytes()
    }

    func wipe() {
        for value in values {
            explicit_bzero(value.pointer, value.count)
            free(value.pointer)
        }
        values = []
    }

    deinit { wipe() }
}
