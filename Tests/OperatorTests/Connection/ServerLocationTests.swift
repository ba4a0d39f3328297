import Testing

@testable import Operator

@Suite struct ServerLocationTests {
    @Test(arguments: [
        ("https://vigo.example.com", "vigo.example.com", 8443), ("https://10.0.0.5:443/", "10.0.0.5", 443),
        ("https://[::1]:9", "::1", 9), ("https://[fe80::1]", "fe80::1", 8443),
    ])
    func `a server is a name or an address, and a port`(url: String, host: String, port: Int) throws {
        #expect(try ServerLocation(url: url) == .https(host: host, port: port))
    }

    @Test(arguments: [
        "", "vigo.example.com", "http://vigo.example.com", "https://", "https://:1", "https://a:0", "https://a:65536",
        "https://a:x", "https://a/path", "https://user@a", "https://a b", "https://a?b", "https://a#b", "https://[::1",
        "https://a\r\nX-Evil: 1",
    ])
    func `anything else is refused`(url: String) {
        #expect(throws: OperatorError.self) { try ServerLocation(url: url) }
    }

    @Test(arguments: [
        ("web-01", "web-01"), ("a/b", "a%2Fb"), ("../x", "..%2Fx"), ("..", "%2E%2E"), (".", "%2E"),
        ("*.prod.example.com", "%2A.prod.example.com"), ("ü?#%", "%C3%BC%3F%23%25"), ("a b\r\n", "a%20b%0D%0A"),
    ])
    func `whatever is asked for stays one segment of the path`(value: String, segment: String) {
        #expect(URLPath.segment(value) == segment)
    }
}
