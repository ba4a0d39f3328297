import Foundation
import Testing

@testable import Operator

@Suite struct ShownTests {
    @Test(arguments: [
        ("web-01", "web-01"), ("münchen", "münchen"), ("\u{1b}[2J\u{1b}]0;gotcha\u{7}web", "[2J]0;gotchaweb"),
        ("\u{9b}31mred", "31mred"), ("a\r\nb\tc\u{0}\u{7f}", "abc"), ("\u{202e}gpj.exe", "gpj.exe"),
        ("a\u{2028}b\u{200b}c\u{feff}", "abc"), ("\u{e0041}x", "x"), ("\u{1b}", "–"), ("", "–"),
    ])
    func `text from elsewhere cannot steer the terminal`(hostile: String, shown: String) {
        #expect(Shown.text(hostile) == shown)
    }

    @Test func `every control character is left out`() {
        let all = String(String.UnicodeScalarView((0..<0xa0).compactMap(Unicode.Scalar.init)))
        #expect(Shown.text(all).unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7f })
    }

    @Test func `a date has a minute, and none a dash`() {
        #expect(Shown.date(Date(timeIntervalSince1970: 0)).wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d/) != nil)
        #expect(Shown.date(nil) == "–")
        #expect(Shown.date(.distantFuture).isEmpty == false)
        #expect(Shown.date(.distantPast).isEmpty == false)
    }

    @Test func `an id is shown as everything else shows it`() {
        #expect(Shown.id("63DFA092-5262-44AC-B04B-1533C709AB42") == "63dfa092-5262-44ac-b04b-1533c709ab42")
        #expect(Shown.id("web-01\u{1b}") == "web-01")
    }

    @Test func `JSON is laid out, stays the same value, and is harmless`() throws {
        let value = ["a": ["x\u{9b}31m", "y\"}],:{[\\", "\u{1b}[2J"], "empty": [], "z": ["1"]]
        let text = try Shown.json(value)
        #expect(try JSONDecoder().decode([String: [String]].self, from: Data(text.utf8)) == value)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7f) })
        #expect(try Shown.json(["token": "vst_1"]) == "{\n  \"token\": \"vst_1\"\n}")
        #expect(try Shown.json([Int]()) == "[]")
    }
}
