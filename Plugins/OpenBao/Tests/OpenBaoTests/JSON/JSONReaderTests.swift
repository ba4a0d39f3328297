import Testing

@testable import OpenBao

@Suite struct `JSON is read` {
    @Test func `member by member, in any order and with any space between`() throws {
        let text = " { \"b\" : [ 1 , -2, 3e1 ] ,\n\t\"a\":{\"x\":null,\"y\":true} , \"c\" : \"d\" }\r\n"
        var seen: [String] = []
        try JSONReader.read(WipedBytes(text)) { reader in
            try reader.members { reader, name in
                seen.append(name)
                try reader.skip()
            }
        }
        #expect(seen == ["b", "a", "c"])
    }

    @Test(arguments: [
        ("\"\"", ""), ("\"a b\"", "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (#""\u0041\u00e9\u20ac""#, "Aé€"),
        (#""\ud83d\ude00!""#, "😀!"), ("\"ünïcode\"", "ünïcode"), (#""\u0000""#, "\0"),
    ])
    func `strings with their escapes`(json: String, text: String) throws {
        let read = try JSONReader.read(WipedBytes(json)) { try $0.text() }
        #expect(read == text)
    }

    @Test func `numbers, and what stands for true and false`() throws {
        #expect(try JSONReader.read(WipedBytes("-17")) { try $0.integer() } == -17)
        #expect(try JSONReader.read(WipedBytes("true")) { try $0.boolean() })
        #expect(try JSONReader.read(WipedBytes("null")) { try $0.textOrNull() } == nil)
    }

    @Test(arguments: [
        "", " ", "{", "}", "{}x", "{} {}", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[1 2]", "\"",
        "\"\\\"",
        "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "tru",
        "nul", "-", "1.2.3", "'a'", "{\"a\":1}}", "[[]", "\u{feff}{}", "\"\\ud800\\",
    ])
    func `and what is none is refused`(text: String) {
        #expect(throws: JSONReader.Malformed.self) { try JSONReader.read(WipedBytes(text)) { try $0.skip() } }
    }

    @Test func `no deeper than somebody sane would nest it`() throws {
        func nested(_ depth: Int) -> WipedBytes {
            WipedBytes(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
        try JSONReader.read(nested(64)) { try $0.skip() }
        #expect(throws: JSONReader.Malformed.self) { try JSONReader.read(nested(65)) { try $0.skip() } }
        #expect(throws: JSONReader.Malformed.self) { try JSONReader.read(nested(1_000_000)) { try $0.skip() } }
    }

    @Test func `never beyond its end, wherever it is cut`() {
        let whole =
            #"{"data":{"data":{"value":"base64:aGVsbG8=\u00e9"},"metadata":{"version":12,"x":[true,null,-1.5e3]}}}"#
        for count in 0..<whole.utf8.count {
            let cut = WipedBytes()
            Array(whole.utf8.prefix(count)).withUnsafeBytes { cut.append($0) }
            #expect(throws: JSONReader.Malformed.self, "\(count)") { try JSONReader.read(cut) { try $0.skip() } }
        }
    }

    @Test func `as it was written`() throws {
        let bytes = Array((0..<128).map { UInt8($0) }) + Array("é€😀".utf8)
        let json = WipedBytes()
        bytes.withUnsafeBytes { JSONString.append($0, to: json) }
        let read = WipedBytes()
        try JSONReader.read(json) { try $0.text(into: read) }
        #expect(read.withBytes { Array($0) } == bytes)
    }
}
