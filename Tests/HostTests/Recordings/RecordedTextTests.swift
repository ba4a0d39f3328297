import Foundation
import Store
import Testing

@testable import Host

@Suite struct RecordedTextTests {
    @Test func `lines reach the index in order, with their time and nothing that steers a terminal`() async throws {
        let index = try ScreenIndex.inMemory()
        let session = UUID()
        let text = RecordedText(index, session: session, logger: APIWorld.quiet)
        text.add(["one", "two \u{1B}[31m\u{9B}\u{7}  ", "  ", ""], milliseconds: 500)
        text.add(["three"], milliseconds: 900)
        await text.finish()
        let lines = try await index.lines(of: session, limit: 10)
        #expect(lines.map(\.text) == ["one", "two  [31m", "three"] && lines.map(\.milliseconds) == [500, 500, 900])
    }

    @Test func `a worker that tells too much is not believed to the end`() async throws {
        let index = try ScreenIndex.inMemory()
        let session = UUID()
        let text = RecordedText(index, session: session, logger: APIWorld.quiet)
        let line = String(repeating: "é", count: 10_000)
        text.add(Array(repeating: line, count: 2000), milliseconds: 0)
        await text.finish()
        let lines = try await index.lines(of: session, limit: 10_000)
        #expect(lines.count < 1000 && lines.allSatisfy { $0.text.utf8.count <= 4097 })
    }
}
