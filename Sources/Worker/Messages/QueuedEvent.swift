import Glibc
import PluginAPI

/// An event with the memory that it lends to the plugin.
struct QueuedEvent {
    var event = scrier_event()
    /// A pointer that moved with the same buttons as before it: the next such may take its place.
    var isMove = false
    private var storage: UnsafeMutableRawPointer?
    private(set) var storageSize = 0

    init(type: Int) { event.type = UInt32(type) }

    /// Bytes and name are copied to memory of the event's own, each with a NUL behind it.
    init(type: Int, name: String? = nil, bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { QueuedEvent(type: type, name: name, copying: $0) }
    }

    init(type: Int, name: String? = nil, copying bytes: UnsafeRawBufferPointer) {
        self.init(type: type)
        let nameSize = name.map { $0.utf8.count + 1 } ?? 0
        storageSize = bytes.count + 1 + nameSize
        guard let storage = calloc(1, storageSize) else { abort() }
        self.storage = storage
        if let base = bytes.baseAddress { storage.copyMemory(from: base, byteCount: bytes.count) }
        event.bytes = scrier_bytes(data: storage.assumingMemoryBound(to: UInt8.self), size: bytes.count)
        guard let name else { return }
        let place = storage + bytes.count + 1
        place.copyMemory(from: Array(name.utf8), byteCount: nameSize - 1)
        event.name = UnsafePointer(place.assumingMemoryBound(to: CChar.self))
    }

    /// An answer may be a password, a request a secret: the memory is wiped before it is given back.
    func release() {
        guard let storage else { return }
        explicit_bzero(storage, storageSize)
        free(storage)
    }
}
