import Glibc

/// Cuts a terminal's output into text and control sequences (ECMA-48, and what xterm adds), however it is cut itself, and keeps
/// account of the modes that the sequences set. It has to keep up with everything that passes: text is passed over by memchr, and a
/// sequence that lies in one piece, as nearly all do, is read where it lies.
struct EscapeScanner {
    enum Token: Equatable {
        /// Characters and C0 controls; positions in the bytes at hand.
        case text(Range<Int>)
        /// A sequence that is complete now; it may have begun in earlier bytes.
        case sequence(Sequence)
    }

    /// What a sequence does, as far as somebody here cares.
    enum Sequence: Equatable {
        case colours
        case moves
        /// Takes everything from the screen.
        case clears
        case entersAlternateScreen
        case other
    }

    private enum State { case ground, escape, control, string, stringEscape }

    private(set) var modes = TerminalModes()
    private var state = State.ground
    /// The sequence so far, for as long as it is not too long to mean anything here.
    private var sequence: [UInt8] = []
    private var isTooLong = false

    static let longest = 4096

    var isGround: Bool { state == .ground }

    /// The beginning of a sequence whose end has not come. Of one that is too long, what makes a terminal swallow the rest.
    var unfinished: [UInt8] {
        guard !isGround else { return [] }
        guard isTooLong else { return sequence }
        return sequence.prefix(2) + (sequence.dropFirst().first == UInt8(ascii: "]") ? Array("7777;".utf8) : [])
    }

    /// Reads on from `index`. Nil at the end of the bytes.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Token? {
        guard index < bytes.count, let base = bytes.baseAddress else { return nil }
        if state == .ground {
            guard bytes[index] == 0x1B else {
                let found = memchr(base + index, 0x1B, bytes.count - index).map { UnsafeRawPointer($0) - base }
                defer { index = found ?? bytes.count }
                return .text(index..<(found ?? bytes.count))
            }
            if let whole = wholeControlSequence(bytes, index) {
                index += whole.count
                return .sequence(modes.take(whole))
            }
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if take(byte) { return .sequence(finish()) }
        }
        return nil
    }

    /// As `next`, again and again, for who only wants to know the modes.
    mutating func passOver(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) {
        while next(bytes, &index) != nil {}
    }

    /// `CSI … final`, where nothing unusual is in it.
    private func wholeControlSequence(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> UnsafeRawBufferPointer? {
        let last = min(bytes.count, start + Self.longest)
        guard start + 2 < last, bytes[start + 1] == UInt8(ascii: "[") else { return nil }
        var end = start + 2
        while end < last, bytes[end] & 0xE0 == 0x20 { end += 1 }
        guard end < last, bytes[end] >= 0x40, bytes[end] < 0x7F else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[start...end])
    }

    /// True when the byte ends a sequence.
    private mutating func take(_ byte: UInt8) -> Bool {
        if byte == 0x1B, state != .string {
            begin()
            return false
        }
        if byte == 0x18 || byte == 0x1A {
            sequence = []
            return true
        }
        if sequence.count < Self.longest { sequence.append(byte) } else { isTooLong = true }
        switch state {
        case .ground: return true
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .control
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                state = .string
            case 0x30...0x7E: return true
            default: break
            }
            return false
        case .control: return (0x40...0x7E).contains(byte) || byte >= 0x80
        case .string:
            if byte == 0x1B { state = .stringEscape }
            return byte == 0x07
        case .stringEscape:
            // ST; anything else begins a sequence of its own, whose escape has been read.
            if byte == UInt8(ascii: "\\") { return true }
            begin()
            return take(byte)
        }
    }

    private mutating func begin() {
        state = .escape
        sequence.removeAll(keepingCapacity: true)
        sequence.append(0x1B)
        isTooLong = false
    }

    private mutating func finish() -> Sequence {
        state = .ground
        guard sequence.count > 1, !isTooLong else { return .other }
        return sequence.withUnsafeBytes { modes.take($0) }
    }
}
