import Testing

@testable import Broker

@Suite struct AsciicastWriterTests {
    private func write(_ body: (inout AsciicastWriter, inout [UInt8]) -> Void) -> String {
        var writer = AsciicastWriter()
        var lines: [UInt8] = []
        body(&writer, &lines)
        return String(decoding: lines, as: UTF8.self)
    }

    @Test func `the header names size, time, title and terminal`() {
        let subject = RecordingSubject(
            title: #"dan on "web" (ssh)"#,
            term: "xterm",
            columns: 80,
            rows: 24,
            timestamp: 1_700_000_000
        )
        #expect(
            String(decoding: AsciicastWriter.header(subject), as: UTF8.self)
                == #"{"version":2,"width":80,"height":24,"timestamp":1700000000,"title":"dan on \"web\" (ssh)","env":{"TERM":"xterm"}}"#
                + "\n"
        )
    }

    @Test func `an event is a line with seconds, a letter and what was shown`() {
        let text = write { writer, lines in
            Array("$ ls\r\n".utf8).withUnsafeBufferPointer { writer.output($0, microseconds: 1_000_042, into: &lines) }
            writer.resize(columns: 100, rows: 30, microseconds: 61_500_000, into: &lines)
        }
        #expect(text == "[1.000042,\"o\",\"$ ls\\r\\n\"]\n[61.500000,\"r\",\"100x30\"]\n")
    }

    @Test func `half a character makes no event of its own`() {
        let text = write { writer, lines in
            [0xE2].withUnsafeBufferPointer { writer.output($0, microseconds: 0, into: &lines) }
            [0x82, 0xAC].withUnsafeBufferPointer { writer.output($0, microseconds: 5, into: &lines) }
            [0xE2].withUnsafeBufferPointer { writer.output($0, microseconds: 7, into: &lines) }
            writer.end(microseconds: 9, into: &lines)
        }
        #expect(text == "[0.000005,\"o\",\"€\"]\n[0.000009,\"o\",\"\u{FFFD}\"]\n")
    }
}
