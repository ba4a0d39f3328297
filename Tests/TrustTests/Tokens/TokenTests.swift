import Testing

@testable import Trust

@Suite struct TokenTests {
    @Test func `a token is recognized by its own text alone`() throws {
        let token = RandomToken.make(.enrollment)
        let parsed = try #require(RandomToken(parsing: token.text))
        #expect(parsed.id == token.id)
        #expect(parsed.kind == .enrollment)
        #expect(parsed.secret.matches(token.secret))
        #expect(!parsed.secret.matches(RandomToken.make(.enrollment).secret))
    }

    @Test(arguments: [
        "", "vst_", "vst_x_y", "xyz_AAAAAAAAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "vst_AAAAAAAAAAAA_é",
    ])
    func `what this server cannot have made is no token`(text: String) {
        #expect(RandomToken(parsing: text) == nil)
    }

    @Test func `every length but the right one is refused`() {
        let text = RandomToken.make(.api).text
        for length in 0..<text.utf8.count { #expect(RandomToken(parsing: String(text.prefix(length))) == nil) }
        #expect(RandomToken(parsing: text + "A") == nil)
    }

    @Test func `bcrypt tells a secret from others, and no two hashes are alike`() throws {
        let secret = Secret("correct horse")
        let hash = try TokenHash.bcrypt(secret)
        #expect(TokenHash.isBcrypt(hash, of: secret))
        #expect(!TokenHash.isBcrypt(hash, of: Secret("correct horsf")))
        #expect(try TokenHash.bcrypt(secret) != hash)
    }

    /// A vector of the OpenBSD test suite for $2b$-compatible inputs.
    @Test func `bcrypt is bcrypt`() {
        #expect(TokenHash.isBcrypt("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", of: Secret("U*U")))
    }

    @Test(arguments: ["", "*0", "$1$abc$def", "$2b$", "$2b$10$short"])
    func `what is no bcrypt hash matches nothing`(hash: String) {
        #expect(!TokenHash.isBcrypt(hash, of: Secret("x")))
    }

    /// FIPS 180-4's first example.
    @Test func `SHA-256 is SHA-256`() {
        #expect(
            TokenHash.isSHA256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", of: Secret("abc"))
        )
        #expect(!TokenHash.isSHA256("", of: Secret("abc")))
    }
}
