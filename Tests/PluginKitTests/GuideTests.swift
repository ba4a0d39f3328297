import Foundation
import Testing

@Suite struct `The guide to plugins` {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `shows the very C file that is tested as EchoPlugin`() throws {
        let guide = try String(contentsOf: root.appending(path: "docs/guides/write-a-plugin.md"), encoding: .utf8)
        let listing = try String(contentsOf: root.appending(path: "Tests/Fixtures/EchoPlugin/echo.c"), encoding: .utf8)
        #expect(guide.contains("```c\n\(listing)```\n"))
    }
}
