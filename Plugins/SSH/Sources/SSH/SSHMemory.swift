import Glibc

/// The memory of one libssh2 session. Until the login is over every block is known, for two reasons: what is freed is
/// wiped, because keys were in it; and libssh2 1.10 queues the server's banner but has no function that returns it.
final class SSHMemory {
    private var blocks: [UnsafeMutableRawPointer: Int] = [:]
    private var isLoginOver = false

    func allocate(_ count: Int) -> UnsafeMutableRawPointer? {
        let block = malloc(count)
        if let block, !isLoginOver { blocks[block] = count }
        return block
    }

    func reallocate(_ old: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawPointer? {
        guard !isLoginOver, let old, let size = blocks[old] else { return realloc(old, count) }
        guard let new = allocate(count) else { return nil }
        memcpy(new, old, min(size, count))
        free(old)
        return new
    }

    func free(_ block: UnsafeMutableRawPointer?) {
        if !isLoginOver, let block, let size = blocks.removeValue(forKey: block) { explicit_bzero(block, size) }
        Glibc.free(block)
    }

    func endLogin() {
        isLoginOver = true
        blocks = [:]
    }

    /// RFC 4252, 5.4: the number 53, a text and its language, each with its length ahead.
    var queuedBanner: String? {
        for (block, size) in blocks where size >= 9 && block.load(as: UInt8.self) == 53 {
            let bytes = UnsafeRawBufferPointer(start: block, count: size)
            guard let text = Self.string(bytes, at: 1), Self.string(bytes, at: 5 + text.count) != nil else { continue }
            return String(decoding: text, as: UTF8.self)
        }
        return nil
    }

    private static func string(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Slice<UnsafeRawBufferPointer>? {
        guard offset + 4 <= bytes.count else { return nil }
        let length = (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
        guard length <= bytes.count - offset - 4 else { return nil }
        return bytes[offset + 4..<offset + 4 + length]
    }
}
