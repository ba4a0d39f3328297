/// Lines of an asciicast of version 2: a header, then one JSON array an event. Bytes in, bytes out; no file and no clock.
struct AsciicastWriter {
    private var text = TerminalText()

    /// The file's first line.
    static func header(_ subject: RecordingSubject) -> [UInt8] {
        var line = Array(#"{"version":2,"width":\#(subject.columns),"height":\#(subject.rows)"#.utf8)
        line += Array(#","timestamp":\#(subject.timestamp),"title":"#.utf8)
        line += string(subject.title)
        line += Array(#","env":{"TERM":"#.utf8)
        line += string(subject.term)
        line += Array("}}\n".utf8)
        return line
    }

    /// What was shown; nothing when all of it waits for its end.
    mutating func output(_ bytes: UnsafeBufferPointer<UInt8>, microseconds: UInt64, into lines: inout [UInt8]) {
        event("o", microseconds, into: &lines) { text.take(bytes, into: &$0) }
    }

    mutating func resize(columns: Int, rows: Int, microseconds: UInt64, into lines: inout [UInt8]) {
        event("r", microseconds, into: &lines) { $0 += Array("\(columns)x\(rows)".utf8) }
    }

    mutating func end(microseconds: UInt64, into lines: inout [UInt8]) {
        event("o", microseconds, into: &lines) { text.end(into: &$0) }
    }

    private func event(
        _ code: String,
        _ microseconds: UInt64,
        into lines: inout [UInt8],
        _ data: (inout [UInt8]) -> Void
    ) {
        let start = lines.count
        let fraction = String(microseconds % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.utf8.count)
        lines += Array(#"[\#(microseconds / 1_000_000).\#(zeros)\#(fraction),"\#(code)",""#.utf8)
        let before = lines.count
        data(&lines)
        guard lines.count > before else { return lines.removeLast(lines.count - start) }
        lines += [0x22, 0x5D, 0x0A]
    }

    private static func string(_ value: String) -> [UInt8] {
        var json: [UInt8] = [0x22]
        var value = value
        value.withUTF8 { bytes in
            var text = TerminalText()
            text.take(bytes, into: &json)
        }
        return json + [0x22]
    }
}
