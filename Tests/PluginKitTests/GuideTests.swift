import Foundation
import Testing

@Suite struct `The guide to plugins` {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: ["EchoPlugin/echo.c", "MemoryPlugin/memory.c"])
    func `shows the very C files that are tested`(file: String) throws {
        let guide = try String(contentsOf: root.appending(path: "docs/guides/write-a-plugin.md"), encoding: .utf8)
        let listing = try String(contentsOf: root.appending(path: "Tests/Fixtures/\(file)"), encoding: .utf8)
        #expect(guide.contains("```c\n\(listing)```\n"))
    }
}
