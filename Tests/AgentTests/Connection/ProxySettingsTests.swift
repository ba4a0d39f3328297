import Testing

@testable import Agent

@Suite struct ProxySettingsTests {
    private func proxy(_ environment: [String: String], for host: String = "vigo.example.com", port: Int = 1530) throws
        -> String?
    {
        try ProxySettings(environment: environment).proxy(for: ServerAddress(host: host, port: port))?.address
            .description
    }

    @Test func `the environment's variables are looked at in curl's order`() throws {
        #expect(try proxy([:]) == nil)
        #expect(try proxy(["ALL_PROXY": "http://a:1", "https_proxy": "http://b:2"]) == "b:2")
        #expect(try proxy(["HTTPS_PROXY": "", "all_proxy": "c:3"]) == "c:3")
        #expect(try proxy(["HTTPS_PROXY": "http://[::1]:8080/"]) == "[::1]:8080")
    }

    @Test(arguments: [
        "*", "vigo.example.com", "example.com", ".example.com", "x, EXAMPLE.com", "vigo.example.com:1530",
    ])
    func `an exception is one`(list: String) throws {
        #expect(try proxy(["HTTPS_PROXY": "p:1", "NO_PROXY": list]) == nil)
    }

    @Test(arguments: ["ample.com", "vigo.example.com:8443", "other.org", "10.0.0.0/8"])
    func `what only looks like an exception is none`(list: String) throws {
        #expect(try proxy(["HTTPS_PROXY": "p:1", "NO_PROXY": list]) == "p:1")
    }

    @Test func `networks and loopback are exceptions`() throws {
        #expect(try proxy(["HTTPS_PROXY": "p:1", "NO_PROXY": "10.0.0.0/8"], for: "10.1.2.3") == nil)
        #expect(try proxy(["HTTPS_PROXY": "p:1"], for: "127.0.0.1") == nil)
        #expect(try proxy(["HTTPS_PROXY": "p:1"], for: "localhost") == nil)
    }

    @Test func `credentials are decoded and never repeated in an error`() throws {
        let proxy = try HTTPProxy(parsing: "http://dan:p%40ss:w@proxy:3128")
        #expect(proxy.authorization == "Basic " + Base64.encode(Array("dan:p@ss:w".utf8)))
        #expect(throws: ConnectionError.self) { try HTTPProxy(parsing: "https://proxy:1") }
        let error = #expect(throws: ConnectionError.self) { try HTTPProxy(parsing: "http://dan:secret@:x") }
        #expect(error?.description.contains("secret") == false)
    }
}
