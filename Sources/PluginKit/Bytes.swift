import PluginAPI

extension UnsafeRawBufferPointer {
    init(_ bytes: scrier_bytes) { self.init(start: bytes.data, count: bytes.size) }
}

extension scrier_bytes {
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), size: bytes.count)
    }
}

func withBytes<Result>(of text: String, _ body: (scrier_bytes) -> Result) -> Result {
    var text = text
    return text.withUTF8 { body(scrier_bytes(UnsafeRawBufferPointer($0))) }
}
