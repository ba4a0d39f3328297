import Testing

@testable import OpenBao

@Suite struct `A server's address` {
    @Test(arguments: [
        ("https://bao.example.com:8200", "https://bao.example.com:8200"), ("https://BAO/", "https://bao:443"),
        ("http://127.0.0.1:8200", "http://127.0.0.1:8200"), ("http://localhost", "http://localhost:80"),
        ("https://[2001:db8::1]:8200", "https://[2001:db8::1]:8200"), ("https://[::1]", "https://[::1]:443"),
    ])
    func `is a scheme, a host and perhaps a port`(text: String, url: String) {
        #expect(ServerAddress(text)?.url == url)
    }

    @Test(arguments: [
        "", "bao:8200", "ftp://bao", "https://", "https://:8200", "https://bao:", "https://bao:0", "https://bao:65536",
        "https://bao:+1", "https://bao:8200/v1", "https://bao?x", "https://user@bao", "https://b ao",
        "https://bao\r\nx",
        "https://bäo", "https://[::1", "https://[]", "https://[bao]", "https://-bao", "HTTPS://bao", "https://bao//",
    ])
    func `is nothing else`(text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1", true), ("http://127.8.8.8", true), ("http://localhost", true), ("http://[::1]", true),
        ("http://127.0.0.1.example.com", false), ("http://10.0.0.1", false), ("http://localhost.example.com", false),
        ("http://128.0.0.1", false),
    ])
    func `says whether it is this machine`(text: String, isLoopback: Bool) {
        #expect(ServerAddress(text)?.isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("https://bao:8200", "bao", false), ("https://10.0.0.1:8200", "10.0.0.1", true),
        ("https://[::1]:8200", "::1", true),
    ])
    func `is what a certificate must name`(text: String, name: String, isNumeric: Bool) {
        #expect(ServerAddress(text)?.bareHost == name)
        #expect(ServerAddress(text)?.isNumeric == isNumeric)
    }
}
