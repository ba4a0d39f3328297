import Testing

@testable import OpenBao

@Suite struct `A stored value` {
    @Test func `is one field of base64`() {
        #expect(text(StoredValue.document(bytes: [0, 255, 10])) == #"{"data":{"value":"base64:AP8K"}}"#)
        #expect(
            text(StoredValue.document(bytes: [], version: 3)) == #"{"options":{"cas":3},"data":{"value":"base64:"}}"#
        )
    }

    @Test(arguments: [
        (#"{"value":"base64:AP8K"}"#, [0, 255, 10]), (#"{"value":"base64:"}"#, []), (#"{"value":""}"#, []),
        // What looks like base64 and was not marked is text.
        (#"{"value":"AP8K"}"#, Array("AP8K".utf8)), (#"{"value":"hunter\u0032\n"}"#, Array("hunter2\n".utf8)),
        (#"{"user":"dan","value":"x","more":[1,{}]}"#, [0x78]),
    ])
    func `is read as it was meant`(fields: String, value: [UInt8]) throws {
        #expect(try read(fields) == value)
    }

    @Test(arguments: [
        (#"{}"#, StoredValue.Problem.noField), (#"{"password":"x"}"#, .noField), ("null", .noField),
        (#"{"value":7}"#, .noText), (#"{"value":null}"#, .noText), (#"{"value":{"a":"b"}}"#, .noText),
        (#"{"value":"base64:AP8"}"#, .brokenBase64), (#"{"value":"base64:hunter2!"}"#, .brokenBase64),
        (#"{"value":"x"#, .noAnswer), (#"[]"#, .noAnswer),
    ])
    func `that cannot be used says why`(fields: String, problem: StoredValue.Problem) {
        #expect(throws: problem) { try read(fields) }
    }

    @Test func `has a mebibyte at most`() throws {
        let most = [UInt8](repeating: 7, count: 1 << 20)
        #expect(try read(fields(of: most)) == most)
        #expect(throws: StoredValue.Problem.tooLarge) { try read(fields(of: most + [7])) }
        #expect(throws: StoredValue.Problem.tooLarge) {
            try read("{\"value\":\"\(String(repeating: "x", count: 1 << 20 + 1))\"}")
        }
    }

    private func fields(of bytes: [UInt8]) -> String {
        String(text(StoredValue.document(bytes: bytes)).dropFirst(8).dropLast(1))
    }

    private func read(_ fields: String) throws -> [UInt8] {
        let answer = WipedBytes(
            "{\"request_id\":\"x\",\"data\":{\"metadata\":{\"version\":1},\"data\":\(fields)},\"auth\":null}"
        )
        return try StoredValue.value(in: answer).withBytes { Array($0) }
    }

    private func text(_ bytes: WipedBytes) -> String { bytes.withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension StoredValue {
    fileprivate static func document(bytes: [UInt8], version: Int? = nil) -> WipedBytes {
        bytes.withUnsafeBytes { document($0, version: version) }
    }
}
