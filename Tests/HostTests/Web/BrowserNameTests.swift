import Testing

@testable import Host

@Suite struct BrowserNameTests {
    private static let names = [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
            "Chrome on Linux"
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari on macOS"
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0",
            "Edge on Windows"
        ),
        ("curl/8.5.0", "curl"), ("", "unknown"), ("Something else", "Something else"),
    ]

    @Test(arguments: names)
    func `browsers are told by what they cannot help saying`(client: String, name: String) {
        #expect(BrowserName.of(client) == name)
    }
}
