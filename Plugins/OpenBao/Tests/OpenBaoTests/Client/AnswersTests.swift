import Testing

@testable import OpenBao

@Suite struct `The server's answers` {
    @Test func `tell a login's token and its life`() throws {
        let token = try #require(
            try Token.granted(
                in: WipedBytes(
                    #"{"data":null,"auth":{"client_token":"s.abc","policies":["x"],"lease_duration":60,"renewable":true}}"#
                )
            )
        )
        #expect(token.value.withBytes { String(decoding: $0, as: UTF8.self) } == "s.abc")
        #expect(token.life == Token.Life(timeToLive: .seconds(60), isRenewable: true))
    }

    @Test(arguments: [
        #"{"auth":null}"#, #"{}"#, #"{"auth":{"client_token":""}}"#, #"{"auth":{"client_token":"a\r\nX-Evil: b"}}"#,
    ])
    func `without a token that fits into a header are no login`(body: String) throws {
        #expect(try Token.granted(in: WipedBytes(body)) == nil)
    }

    @Test func `tell how long a given token lives`() throws {
        #expect(try Token.life(in: WipedBytes(#"{"data":{"ttl":5,"renewable":true}}"#)).timeToLive == .seconds(5))
        // A root token.
        #expect(try Token.life(in: WipedBytes(#"{"data":{"ttl":0,"renewable":false}}"#)) == Token.Life())
    }

    @Test func `tell a store's version`() throws {
        #expect(try Answers.Mount(WipedBytes(#"{"data":{"type":"kv","options":{"version":"2"}}}"#)).isVersionTwo)
        #expect(try !Answers.Mount(WipedBytes(#"{"data":{"type":"kv","options":{"version":"1"}}}"#)).isVersionTwo)
        #expect(try !Answers.Mount(WipedBytes(#"{"data":{"type":"kv","options":null}}"#)).isVersionTwo)
        #expect(try !Answers.Mount(WipedBytes(#"{"data":{"type":"transit"}}"#)).isVersionTwo)
    }

    @Test func `tell errors in one line that steers no terminal`() {
        let errors = #"{"errors":["1 error occurred:\n\t* permission denied\n\n","\u001b]0;owned\u0007"]}"#
        #expect(Answers.errors(WipedBytes(errors)) == "1 error occurred: * permission denied ; ]0;owned")
        #expect(Answers.errors(WipedBytes("<html>")) == "")
        #expect(Answers.errors(WipedBytes(#"{"errors":[]}"#)) == "")
    }
}
