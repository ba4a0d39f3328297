import Testing

@testable import Trust

@Suite struct CIDRTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("192.168.1.0/25", "192.168.1.127", true),
        ("192.168.1.0/25", "192.168.1.128", false), ("0.0.0.0/0", "8.8.8.8", true), ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true), ("fe80::/10", "fe80::1%eth0", true),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("::/0", "10.0.0.1", false),
        ("10.0.0.0/8", "nonsense", false),
    ])
    func `an address lies in a network or not`(network: String, address: String, expected: Bool) throws {
        #expect(try #require(CIDR(network)).contains(address) == expected)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0/8", "10.0.0.0/8/8", "host", "::/129",
    ])
    func `what is no network is refused`(text: String) {
        #expect(CIDR(text) == nil)
    }
}

@Suite struct HostnamePatternTests {
    @Test(arguments: [
        ("web3.example.com", "WEB3.example.com", true), ("web3.example.com", "web33example.com", false),
        ("*.prod.example.com", "a.prod.example.com", true), ("*.prod.example.com", "a.b.prod.example.com", true),
        ("*.prod.example.com", "prod.example.com", false), ("*.prod.example.com", "a.prod.example.com.evil.org", false),
        ("web-?", "web-1", true), ("web-?", "web-12", false), ("*", "anything", true), ("*a*b*", "xxaxxbxx", true),
        ("*a*b*", "xxbxxaxx", false),
        ("**", "", true),
    ])
    func `a hostname matches or not`(pattern: String, hostname: String, expected: Bool) throws {
        #expect(try #require(HostnamePattern(pattern)).matches(hostname) == expected)
    }

    @Test(arguments: ["", " ", "a b", "a/b", "[a-z]", "ä", String(repeating: "a", count: 254)])
    func `what is no pattern is refused`(text: String) {
        #expect(HostnamePattern(text) == nil)
    }

    @Test func `a hostile pattern costs no more than its length times the name's`() throws {
        let pattern = try #require(HostnamePattern(String(repeating: "*a", count: 120)))
        #expect(!pattern.matches(String(repeating: "a", count: 119)))
        #expect(!pattern.matches(String(repeating: "a", count: 5000) + "b"))
    }
}
