import Foundation
import Testing

@testable import Host

@Suite struct LocalPathTests {
    @Test(arguments: ["/", "/envoys", "/audit?q=a%20b&kind=token", "/scrier/web3?protocol=ssh"])
    func `paths of this server are taken`(text: String) { #expect(LocalPath(text)?.description == text) }

    @Test(arguments: [
        "", "envoys", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/a\nb",
        "/ a",
        "/login", "/login?next=/login", "/api/v1/users", "/é",
    ])
    func `what leads elsewhere, or round in circles, is not`(text: String) { #expect(LocalPath(text) == nil) }

    @Test func `it survives being part of another address`() throws {
        let path = try #require(LocalPath("/audit?q=a&kind=token"))
        #expect(path.encoded.removingPercentEncoding == path.description && !path.encoded.contains("&"))
    }
}
