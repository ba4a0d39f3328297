import Glibc
import PluginKit

/// Bytes that grow, in memory that is wiped: a `String` or an array would leave copies wherever it grew.
final class WipedBytes {
    private(set) var count = 0
    private var memory: LockedMemory

    init(capacity: Int = 4096) { memory = LockedMemory(count: max(capacity, 64)) }

    convenience init(_ bytes: UnsafeRawBufferPointer) {
        self.init(capacity: bytes.count)
        append(bytes)
    }

    convenience init(_ text: String) {
        self.init(capacity: text.utf8.count)
        append(text)
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        reserve(count + bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: memory.bytes[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    func append(_ byte: UInt8) {
        reserve(count + 1)
        memory.bytes[count] = byte
        count += 1
    }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    func append(_ other: WipedBytes) { other.withBytes(append) }

    func removeAll() {
        if let base = memory.bytes.baseAddress { explicit_bzero(base, count) }
        count = 0
    }

    /// Lent for the time of the call.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]))
    }

    private func reserve(_ needed: Int) {
        guard needed > memory.bytes.count else { return }
        let larger = LockedMemory(count: max(needed, memory.bytes.count * 2))
        withBytes { larger.bytes.copyMemory(from: $0) }
        memory = larger
    }
}
