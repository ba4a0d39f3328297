import Glibc

/// A body of `Exchange` on its way out: fields one after the other, in memory that is wiped. Meant to be kept and filled
/// again.
public final class ExchangeBody {
    private var memory: LockedMemory
    public private(set) var count = 0

    public init(capacity: Int = 4096) { memory = LockedMemory(count: capacity) }

    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]) }

    /// Wiped, and as if it were new.
    public func removeAll() {
        if let base = memory.bytes.baseAddress { explicit_bzero(base, count) }
        count = 0
    }

    public func append(_ field: UnsafeRawBufferPointer) {
        append(count: field.count) { $0.copyMemory(from: field) }
    }

    public func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// A field of so many bytes, filled in place; when `fill` throws there is none.
    public func append<Failure: Error>(
        count field: Int,
        _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let end = count + 4 + field
        if end > memory.bytes.count { grow(to: end) }
        memory.bytes.storeBytes(of: UInt32(field).littleEndian, toByteOffset: count, as: UInt32.self)
        do {
            try fill(UnsafeMutableRawBufferPointer(rebasing: memory.bytes[(count + 4)..<end]))
            count = end
        } catch {
            explicit_bzero(memory.bytes.baseAddress! + count, end - count)
            throw error
        }
    }

    private func grow(to least: Int) {
        let larger = LockedMemory(count: max(least, memory.bytes.count * 2))
        UnsafeMutableRawBufferPointer(rebasing: larger.bytes[..<count]).copyMemory(from: bytes)
        memory = larger
    }
}
