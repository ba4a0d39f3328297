/// Bytes that must not be shown: not printed, not logged, wiped when the last holder lets go.
package final class Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    package init(_ bytes: some Collection<UInt8>) {
        storage = .allocate(byteCount: bytes.count, alignment: 1)
        storage.copyBytes(from: bytes)
    }

    package convenience init(_ text: String) { self.init(text.utf8) }

    /// Written in place by `fill`, so that no copy is left elsewhere. What it does not write is zero.
    package init<Failure: Error>(
        count: Int,
        fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        storage = .allocate(byteCount: count, alignment: 1)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
        try fill(storage)
    }

    deinit {
        // Not memset: a store into memory that is freed next may be left out by the optimizer.
        for index in storage.indices { storage.storeBytes(of: 0, toByteOffset: index, as: UInt8.self) }
        withExtendedLifetime(storage) {}
        storage.deallocate()
    }

    package var count: Int { storage.count }

    /// The bytes, for as long as `body` runs.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(storage))
    }

    /// Compares in a time that depends on the lengths alone.
    package func matches(_ other: some Collection<UInt8>) -> Bool {
        withBytes { ConstantTime.equal($0, other) }
    }

    package func matches(_ other: Secret) -> Bool {
        other.withBytes { matches($0) }
    }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
