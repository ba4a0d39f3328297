import Glibc

/// The log: lines on descriptor 2, each with syslog's level in front (`<3>` error, `<4>` warning, `<6>` info,
/// `<7>` debug). One write a line, so that threads do not mix; what finds no room is dropped, nothing waits.
enum StandardError {
    static let maximumLine = 1024

    /// From any thread.
    static func log(level: Int32, _ bytes: UnsafeRawBufferPointer) {
        let rank: UInt8 =
            switch level {
            case ...1: 3
            case 2: 4
            case 3: 6
            default: 7
            }
        withUnsafeTemporaryAllocation(byteCount: maximumLine + 4, alignment: 1) { line in
            line[0] = UInt8(ascii: "<")
            line[1] = UInt8(ascii: "0") + rank
            line[2] = UInt8(ascii: ">")
            let count = min(bytes.count, maximumLine)
            for index in 0..<count {
                let byte = bytes[index]
                // A line is a line: the plugin's text may come from its target.
                line[3 + index] = byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte
            }
            line[3 + count] = UInt8(ascii: "\n")
            var room = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
            guard poll(&room, 1, 0) == 1 else { return }
            _ = Glibc.write(2, line.baseAddress, count + 4)
        }
    }

    static func log(level: Int32, _ text: String) {
        var text = text
        text.withUTF8 { log(level: level, UnsafeRawBufferPointer($0)) }
    }

    /// A plain sentence for whoever typed the command.
    static func write(_ sentence: String) {
        var line = sentence + "\n"
        line.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
