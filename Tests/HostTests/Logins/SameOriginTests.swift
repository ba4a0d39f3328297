import Testing

@testable import Host

@Suite struct SameOriginTests {
    private let own = SameOrigin(publicURL: "https://vigo.example.com:8443")

    @Test(
        arguments: [
            ("https://vigo.example.com:8443", "10.0.0.5:8443", "same-origin"),
            ("https://vigo.example.com:8443", "10.0.0.5:8443", nil),
            ("https://10.0.0.5:8443", "10.0.0.5:8443", "same-origin"), ("HTTPS://VIGO.example.com:8443", nil, nil),
            ("https://vigo.lan", "vigo.lan:443", nil), ("https://vigo.lan:443", "vigo.lan", nil),
            (nil, "x", "same-origin"),
        ] as [(String?, String?, String?)]
    )
    func `a page of this server is one by any name that the server is called`(
        origin: String?,
        host: String?,
        site: String?
    ) {
        #expect(own.judge(origin: origin, host: host, site: site) == .same)
    }

    @Test(
        arguments: [
            ("https://evil.example", "vigo.example.com:8443", nil), ("null", "vigo.example.com:8443", nil),
            ("http://vigo.example.com:8443", "vigo.example.com:8443", nil), ("https://vigo.example.com", "a", nil),
            ("https://vigo.example.com:8444", "vigo.example.com:8443", nil),
            ("https://vigo.example.com:8443.evil.example", "vigo.example.com:8443", nil), ("", "x", nil),
            ("https://vigo.example.com:8443", "x", "cross-site"), ("https://vigo.example.com:8443", "x", "same-site"),
            (nil, "x", "none"), (nil, "x", "cross-site"),
        ] as [(String?, String?, String?)]
    )
    func `any other page is foreign`(origin: String?, host: String?, site: String?) {
        #expect(own.judge(origin: origin, host: host, site: site) == .foreign)
    }

    @Test func `what says nothing is no browser`() {
        #expect(own.judge(origin: nil, host: "vigo.example.com:8443", site: nil) == .unknown)
    }
}
