import Glibc

/// Memory for keys and secrets: kept out of swap and core dumps where the kernel allows that, and wiped when the last
/// holder lets go. Never copy what is in it into an array or a `String`, which nobody can wipe.
public final class LockedMemory {
    public let bytes: UnsafeMutableRawBufferPointer
    private let mapped: Int

    /// Zeroes.
    public init(count: Int) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        mapped = max(1, (count + page - 1) / page) * page
        let memory = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { fatalError("no memory") }
        // Both may be refused; what can be done without them is done.
        _ = mlock(memory, mapped)
        _ = madvise(memory, mapped, MADV_DONTDUMP)
        bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
    }

    public convenience init(copying source: UnsafeRawBufferPointer) {
        self.init(count: source.count)
        bytes.copyMemory(from: source)
    }

    public func wipe() { if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) } }

    deinit {
        wipe()
        munmap(bytes.baseAddress, mapped)
    }
}
