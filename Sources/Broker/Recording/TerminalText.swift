/// Turns a terminal's bytes into the inside of JSON strings, however they are cut: a UTF-8 sequence that ends with the next
/// chunk waits for it, and what is no UTF-8 becomes U+FFFD.
struct TerminalText {
    /// At most three bytes.
    private var carry: [UInt8] = []

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
    private static let piece = 4096

    /// What stands in `bytes`, appended to `json`.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, into json: inout [UInt8]) {
        var rest = bytes
        // Byte by byte until what was left over has found its end.
        while !carry.isEmpty, let next = rest.first {
            let candidate = carry + [next]
            switch candidate.withUnsafeBufferPointer(UTF8Sequence.first) {
            case .incomplete:
                carry = candidate
                rest = UnsafeBufferPointer(rebasing: rest.dropFirst())
            case .valid:
                json += candidate
                carry = []
                rest = UnsafeBufferPointer(rebasing: rest.dropFirst())
            case .invalid:
                // The new byte is not part of the damage.
                json += Self.replacement
                carry = []
            }
        }
        escape(rest, into: &json)
    }

    /// Nothing follows: what was left over will never be complete.
    mutating func end(into json: inout [UInt8]) {
        if !carry.isEmpty { json += Self.replacement }
        carry = []
    }

    /// Into memory that is large enough whatever comes, piece by piece: an array that grows byte by byte would be the slowest part of a
    /// recording.
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>, into json: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.piece * 6 + 8) { room in
            var index = 0
            while index < bytes.count {
                var count = 0
                let end = min(bytes.count, index + Self.piece)
                while index < end {
                    let byte = bytes[index]
                    if byte < 0x80 {
                        count += Self.escape(byte, to: room.baseAddress! + count)
                        index += 1
                        continue
                    }
                    switch UTF8Sequence.first(of: UnsafeBufferPointer(rebasing: bytes[index...])) {
                    case .valid(let length):
                        for offset in 0..<length { room[count + offset] = bytes[index + offset] }
                        count += length
                        index += length
                    case .invalid(let length):
                        for (offset, byte) in Self.replacement.enumerated() { room[count + offset] = byte }
                        count += Self.replacement.count
                        index += length
                    case .incomplete:
                        carry = Array(bytes[index...])
                        index = bytes.count
                    }
                }
                json.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<count]))
            }
        }
    }

    /// Returns how many bytes it took.
    @inline(__always)
    private static func escape(_ byte: UInt8, to room: UnsafeMutablePointer<UInt8>) -> Int {
        if byte >= 0x20, byte != 0x22, byte != 0x5C {
            room[0] = byte
            return 1
        }
        room[0] = 0x5C
        switch byte {
        case 0x22, 0x5C: room[1] = byte
        case 0x0A: room[1] = UInt8(ascii: "n")
        case 0x0D: room[1] = UInt8(ascii: "r")
        case 0x09: room[1] = UInt8(ascii: "t")
        default:
            room[1] = UInt8(ascii: "u")
            room[2] = 0x30
            room[3] = 0x30
            room[4] = 0x30 + byte >> 4
            room[5] = byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15
            return 6
        }
        return 2
    }
}
