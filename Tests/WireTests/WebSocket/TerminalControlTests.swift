import Foundation
import Testing

@testable import Wire

@Suite struct TerminalControlTests {
    @Test(arguments: [
        TerminalControl.resize(columns: 80, rows: 24), .state(.connecting), .ack(bytes: 1 << 40),
        .end(SessionEnd(reason: "the shell exited", exitStatus: 3)), .end(SessionEnd(reason: "", signal: "TERM")),
        .error(message: "a text frame must be a JSON object with a type"),
    ])
    func `a message is read as it was written`(message: TerminalControl) throws {
        #expect(try TerminalControl(parsing: message.encoded) == message)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "7", "\"resize\"", "{}", #"{"type":7}"#, #"{"type":"shout"}"#, #"{"type":"resize"}"#,
        #"{"type":"resize","columns":80}"#, #"{"type":"resize","columns":0,"rows":24}"#,
        #"{"type":"resize","columns":-1,"rows":24}"#, #"{"type":"resize","columns":1e9,"rows":24}"#,
        #"{"type":"resize","columns":"80","rows":24}"#, #"{"type":"resize","columns":80.5,"rows":24}"#,
        #"{"type":"ack"}"#, #"{"type":"ack","bytes":-1}"#, #"{"type":"ack","bytes":"1"}"#,
        #"{"type":"ack","bytes":1e30}"#, #"{"type":"state"}"#, #"{"type":"state","state":"asleep"}"#,
        #"{"type":"end","exit_status":"0"}"#, "{\"type\":\"error\",\"message\":\"\u{0}",
    ])
    func `nonsense is refused`(text: String) {
        #expect(throws: TerminalControlError.self) { try TerminalControl(parsing: Data(text.utf8)) }
    }

    @Test func `a frame that is too long is refused unread`() {
        let text = #"{"type":"error","message":""# + String(repeating: "a", count: 20_000) + #""}"#
        #expect(throws: TerminalControlError.self) { try TerminalControl(parsing: Data(text.utf8)) }
    }

    @Test func `whatever one byte of a message becomes, it is refused or read, and never more than that`() throws {
        let messages = [
            TerminalControl.resize(columns: 80, rows: 24).encoded, TerminalControl.ack(bytes: 65536).encoded,
            TerminalControl.end(SessionEnd(reason: "bye", exitStatus: 0, signal: nil)).encoded,
        ]
        for message in messages {
            for index in message.indices {
                for byte in [0x00, 0x22, 0x2d, 0x5c, 0x7b, 0x7d, 0x80, 0xff] as [UInt8] {
                    var changed = message
                    changed[index] = byte
                    guard let read = try? TerminalControl(parsing: changed) else { continue }
                    // What was read makes sense: it survives being written.
                    #expect(try TerminalControl(parsing: read.encoded) == read)
                }
                _ = try? TerminalControl(parsing: message.prefix(index))
            }
        }
    }

    @Test func `deep nesting ends in a refusal`() {
        let text = #"{"type":"# + String(repeating: "[", count: 8000)
        #expect(throws: TerminalControlError.self) { try TerminalControl(parsing: Data(text.utf8)) }
    }
}
