import CVTerm
import Glibc

/// What libvterm has allocated. Some of its buffers grow for as long as the target likes (an endless accent on one letter), so that
/// somebody has to look.
final class ScreenMemory {
    private(set) var used = 0
    private let functions: UnsafeMutablePointer<VTermAllocatorFunctions>

    private static let headerSize = 16

    init() {
        functions = .allocate(capacity: 1)
        functions.initialize(
            to: VTermAllocatorFunctions(
                malloc: { size, memory in
                    guard let block = calloc(1, size + ScreenMemory.headerSize) else { abort() }
                    block.storeBytes(of: size, as: Int.self)
                    ScreenMemory.of(memory).used += size
                    return block + ScreenMemory.headerSize
                },
                free: { pointer, memory in
                    guard let pointer else { return }
                    let block = pointer - ScreenMemory.headerSize
                    ScreenMemory.of(memory).used -= block.load(as: Int.self)
                    Glibc.free(block)
                }
            )
        )
    }

    deinit { functions.deallocate() }

    func makeTerminal(rows: Int, columns: Int) -> OpaquePointer? {
        vterm_new_with_allocator(Int32(rows), Int32(columns), functions, Unmanaged.passUnretained(self).toOpaque())
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> ScreenMemory {
        Unmanaged<ScreenMemory>.fromOpaque(pointer!).takeUnretainedValue()
    }
}
