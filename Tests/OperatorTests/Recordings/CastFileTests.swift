import Foundation
import Testing

@testable import Operator

@Suite struct CastFileTests {
    private func event(_ line: String) -> CastEvent? {
        Array(line.utf8).withUnsafeBytes { CastEvent(line: $0) }
    }

    private func file(_ text: String) throws -> CastFile {
        let path = "\(NSTemporaryDirectory())cast-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        defer { unlink(path) }
        return try CastFile(descriptor: open(path, O_RDONLY))
    }

    @Test func `an event's text is what was shown`() throws {
        let parsed = try #require(event(#"[1.25, "o", "a\u001b[1m\"\\\/\r\n\t\b\f é € \ud834\udd1e"]"#))
        #expect(parsed.time == 1.25 && parsed.kind == .output)
        #expect(String(decoding: parsed.data, as: UTF8.self) == "a\u{1B}[1m\"\\/\r\n\t\u{8}\u{C} é € 𝄞")
    }

    @Test(arguments: [
        "", "[", "[1", "[1,", #"[1,"o""#, #"[1,"o","a"#, #"[1,"o","a]"#, #"[1,"o","a"] x"#, #"["x","o","a"]"#,
        #"[-1,"o","a"]"#, #"[nan,"o","a"]"#, #"[1,"o","\q"]"#, #"[1,"o","\ud834"]"#, #"[1,"o","\u12"]"#, "{}",
    ])
    func `a line that is none is said to be none`(line: String) {
        #expect(event(line) == nil)
    }

    @Test func `a file that ends in the middle of a line ends before it`() throws {
        let file = try file(
            "{\"version\":2,\"width\":100,\"height\":30,\"title\":\"t\"}\n[0.5,\"o\",\"a\"]\n[1,\"r\",\"80x24\"]\n[2,\"o\",\"b"
        )
        #expect(file.header.width == 100 && file.times == [0.5, 1] && file.event(1)?.kind == .resize)
    }

    @Test(arguments: ["", "x\n", "{\"version\":1,\"width\":1,\"height\":1}\n", "no newline"])
    func `what is no recording is said to be none`(text: String) {
        #expect(throws: OperatorError.self) { _ = try file(text) }
    }

    @Test func `silence is shortened, and what is due is found`() {
        let timeline = PlaybackTimeline([0, 1, 61, 62, 60], idleLimit: 2)
        #expect(timeline.due == [0, 1, 3, 4, 4])
        #expect(PlaybackTimeline([0, 1, 61]).due == [0, 1, 61])
        #expect([-1, 0, 0.5, 3, 4, 9].map { timeline.count(until: $0) } == [0, 1, 1, 3, 5, 5])
        #expect(PlaybackTimeline([]).duration == 0)
    }

    @Test func `keys are told from what the terminal answers by itself`() {
        var keys = PlaybackKeys()
        let typed = " \u{1B}[C\u{1B}[D\u{1B}[A\u{1B}OB\u{1B}[?1;2c\u{1B}[12;40Rxq"
        #expect(typed.utf8.compactMap { keys.take($0) } == [.pause, .forward, .back, .faster, .slower, .quit])
    }

    @Test func `a terminal is brought back from the screen that a cut recording left it on`() {
        func tidied(_ parts: String...) -> Bool {
            var tidy = TerminalTidy()
            for part in parts { tidy.take(Array(part.utf8)) }
            return String(decoding: tidy.sequence, as: UTF8.self).contains("1049l")
        }
        #expect(tidied("vim \u{1B}[?1049h text") && tidied("\u{1B}[?10", "49h"))
        #expect(!tidied("plain") && !tidied("\u{1B}[?1049h", "x\u{1B}[?1049l"))
    }
}
