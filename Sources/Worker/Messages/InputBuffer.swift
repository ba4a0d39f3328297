import Glibc

/// What was typed and not yet taken: a queue of bytes whose front can be lent out.
struct InputBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private var end = 0

    private static let smallest = 4096
    /// More than that is given back as soon as it is empty.
    private static let kept = 65536

    var count: Int { end - start }

    /// The first bytes, borrowed until the next change.
    func front(upTo most: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base.map { $0 + start }, count: min(most, count))
    }

    mutating func removeFirst(_ count: Int) {
        start += count
        guard start == end else { return }
        start = 0
        end = 0
        if capacity > Self.kept { release() }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        makeRoom(for: bytes.count)
        memcpy(base! + end, source, bytes.count)
        end += bytes.count
    }

    private mutating func makeRoom(for more: Int) {
        guard end + more > capacity else { return }
        if start > 0, let base {
            memmove(base, base + start, count)
            end -= start
            start = 0
        }
        guard end + more > capacity else { return }
        var size = max(capacity, Self.smallest)
        while size < end + more { size *= 2 }
        guard let larger = realloc(base, size) else { abort() }
        base = larger
        capacity = size
    }

    private mutating func release() {
        free(base)
        base = nil
        capacity = 0
    }

    deinit { free(base) }
}
