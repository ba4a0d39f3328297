import COpenSSL
import Glibc

/// OpenSSL's memory: what it frees is overwritten first, because tokens and values pass through it.
enum WipingMemory {
    /// Before it is used for the first time. False where somebody in this process has used it already: its memory then
    /// stays as it is.
    static func install() -> Bool {
        let result = CRYPTO_set_mem_functions(
            { count, _, _ in Glibc.malloc(count) },
            { block, count, _, _ in WipingMemory.reallocate(block, count) },
            { block, _, _ in WipingMemory.free(block) }
        )
        return result == 1
    }

    private static func free(_ block: UnsafeMutableRawPointer?) {
        guard let block else { return }
        explicit_bzero(block, malloc_usable_size(block))
        Glibc.free(block)
    }

    private static func reallocate(_ old: UnsafeMutableRawPointer?, _ count: Int) -> UnsafeMutableRawPointer? {
        guard let old else { return Glibc.malloc(count) }
        let size = malloc_usable_size(old)
        guard count > 0 else {
            free(old)
            return nil
        }
        guard count > size else { return old }
        guard let new = Glibc.malloc(count) else { return nil }
        memcpy(new, old, size)
        free(old)
        return new
    }
}
