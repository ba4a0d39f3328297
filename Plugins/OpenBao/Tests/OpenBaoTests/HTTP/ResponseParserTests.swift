import Testing

@testable import OpenBao

@Suite struct `A response` {
    private static let responses: [(bytes: String, status: Int, body: String, stays: Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true),
        ("HTTP/1.1 200 OK\ncontent-length:5\n\nhello", 200, "hello", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
        ("HTTP/1.1 200 \r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", 200, "", true),
        ("HTTP/1.1 200 OK\r\nConnection: Keep-Alive, Close\r\nContent-Length: 1\r\n\r\nx", 200, "x", false),
        ("HTTP/1.0 503 Busy\r\nContent-Length: 1\r\n\r\nx", 503, "x", false),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", 200,
            "hello world", true
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", 200,
            "0123456789", true
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, "x",
            false
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}",
            404, "{}", true
        ),
    ]

    @Test(arguments: responses.indices)
    func `is what it says, in whatever pieces it comes`(index: Int) throws {
        let expected = Self.responses[index]
        for size in [1, 2, 3, 7, 1000] {
            let parser = ResponseParser(largestBody: 100)
            var rest = Array(expected.bytes.utf8)[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(size))
                #expect(!parser.isDone)
                #expect(try part.withUnsafeBytes { try parser.take($0) } == part.count)
                rest = rest.dropFirst(size)
            }
            #expect(parser.isDone)
            #expect(parser.response.status == expected.status)
            #expect(text(parser) == expected.body)
            #expect(parser.mayStayOpen == expected.stays)
        }
    }

    @Test func `ends with the connection where it says no length`() throws {
        let parser = ResponseParser(largestBody: 100)
        _ = try take(parser, "HTTP/1.1 200 OK\r\n\r\nhello")
        #expect(!parser.isDone)
        try parser.end()
        #expect(text(parser) == "hello")
        #expect(!parser.mayStayOpen)
    }

    @Test func `takes no byte of what follows it`() throws {
        let parser = ResponseParser(largestBody: 100)
        #expect(try take(parser, "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 200 OK\r\n") == 19)
    }

    @Test func `says how long to wait`() throws {
        let parser = ResponseParser(largestBody: 100)
        _ = try take(parser, "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n")
        #expect(parser.response.retryAfter == .seconds(7))
        let dated = ResponseParser(largestBody: 100)
        _ = try take(
            dated,
            "HTTP/1.1 429 Slow\r\nRetry-After: Wed, 25 Nov 2026 17:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
        )
        #expect(dated.response.retryAfter == nil)
    }

    @Test(arguments: [
        "220 mail ESMTP\r\n", "SSH-2.0-x\r\n", "\r\n", "HTTP/2 200\r\n", "HTTP/1.1\r\n", "HTTP/1.1 20 x\r\n",
        "HTTP/1.1 2000 x\r\n", "HTTP/1.1 +20 x\r\n", "HTTP/1.1 099 x\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n", "HTTP/1.1 200 OK\r\n: x\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n",
    ])
    func `is refused where it breaks the rules`(bytes: String) {
        let parser = ResponseParser(largestBody: 100)
        #expect { try take(parser, bytes) } throws: { ($0 as? TransferError)?.kind == .nonsense }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + String(repeating: "x", count: 101),
        "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 101),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(repeating: "10\r\n0123456789abcdef\r\n", count: 7),
        "HTTP/1.1 200 " + String(repeating: "x", count: 20_000),
        "HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 50_000),
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20_000),
    ])
    func `is refused where it is longer than asked for`(bytes: String) {
        let parser = ResponseParser(largestBody: 100)
        #expect { try take(parser, bytes) } throws: { ($0 as? TransferError)?.kind == .tooLarge }
    }

    @Test func `is none when the connection ends before it does`() throws {
        let whole = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        for count in 0..<whole.utf8.count {
            let parser = ResponseParser(largestBody: 100)
            _ = try take(parser, String(decoding: Array(whole.utf8.prefix(count)), as: UTF8.self))
            #expect(throws: TransferError.self) { try parser.end() }
        }
    }

    private func take(_ parser: ResponseParser, _ text: String) throws -> Int {
        try Array(text.utf8).withUnsafeBytes { try parser.take($0) }
    }

    private func text(_ parser: ResponseParser) -> String {
        parser.response.body.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
