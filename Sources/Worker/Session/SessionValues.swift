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
