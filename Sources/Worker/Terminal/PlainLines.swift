/// Lines of output that went by too fast to be put on the model of the screen: text without its control sequences, cut at line feeds.
/// Close to what stood there, not the same: where a program went back in a line, what it wrote last counts.
struct PlainLines {
    private var line: [UInt8] = []
    private var isOverwritten = false

    static let longest = 1000

    /// Calls `tell` with each finished line that has something in it, until it answers false.
    mutating func take(_ text: UnsafeRawBufferPointer, _ tell: (String) -> Bool) -> Bool {
        for byte in text {
            switch byte {
            case 0x0A:
                guard end(tell) else { return false }
            case 0x0D: isOverwritten = true
            case 0x08: if !line.isEmpty { line.removeLast() }
            case 0x09: append(0x20)
            case 0x00..<0x20, 0x7F: break
            // Never within a character.
            default:
                if line.count >= Self.longest, byte & 0xC0 != 0x80 {
                    guard end(tell) else { return false }
                }
                append(byte)
            }
        }
        return true
    }

    /// The cursor went elsewhere.
    mutating func end(_ tell: (String) -> Bool) -> Bool {
        defer { drop() }
        while line.last == 0x20 { line.removeLast() }
        return line.isEmpty || tell(String(decoding: line, as: UTF8.self))
    }

    mutating func drop() {
        line.removeAll(keepingCapacity: true)
        isOverwritten = false
    }

    private mutating func append(_ byte: UInt8) {
        if isOverwritten { drop() }
        line.append(byte)
    }
}
