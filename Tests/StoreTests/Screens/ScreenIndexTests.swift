import Foundation
import Testing

@testable import Store

@Suite struct ScreenIndexTests {
    private let index: ScreenIndex
    private let one = UUID()
    private let other = UUID()

    init() throws { index = try ScreenIndex.inMemory() }

    private func filled() async throws {
        try await index.append(
            [
                ScreenLine(milliseconds: 500, text: "$ systemctl restart nginx.service"),
                ScreenLine(milliseconds: 900, text: "Über-Größe: café, 100% /etc/nginx/nginx.conf"),
            ],
            of: one
        )
        try await index.append([ScreenLine(milliseconds: 100, text: "$ cat /etc/passwd")], of: other)
        try await index.append([ScreenLine(milliseconds: 1500, text: "restart done")], of: one)
    }

    private func found(_ text: String) async throws -> [UUID] {
        try await index.sessions(matching: try #require(ScreenQuery(text)))
    }

    @Test func `a word on a screen finds its session, and the line with its time`() async throws {
        try await filled()
        #expect(try await found("nginx") == [one])
        #expect(try await found("etc") == [other, one])
        let query = try #require(ScreenQuery("restart"))
        let lines = try await index.lines(of: one, matching: query, limit: 10)
        #expect(lines.map(\.milliseconds) == [500, 1500] && lines[1].text == "restart done")
        #expect(try await index.lines(of: one, limit: 2, offset: 1).map(\.milliseconds) == [900, 1500])
        #expect(try await index.lines(of: UUID(), limit: 2).isEmpty)
    }

    @Test(arguments: [
        ("NGINX restart", true), ("restart nginx", true), ("\"restart nginx\"", true), ("\"nginx restart\"", false),
        ("nginx.service", true), ("/etc/nginx/", true), ("cafe", true), ("grosse", false), ("uber", true),
        ("ngi", false), ("ngi*", true),
        ("restart passwd", false), ("100%", true), ("a OR nginx", false), ("nginx NOT restart", false),
        ("-nginx", true), ("text:nginx", false),
        ("nginx'); DROP TABLE lines; --", false), ("\"nginx", true),
    ])
    func `words are found as people type them, and nothing in them is an operator`(query: String, isFound: Bool)
        async throws
    {
        try await filled()
        #expect(try await found(query).contains(one) == isFound)
        #expect(try await found("nginx") == [one])
    }

    @Test(arguments: [
        "", "   ", "->", "\"\"", "*", String(repeating: "a", count: 301), String(repeating: "a ", count: 21),
    ])
    func `a query without a word is none`(text: String) {
        #expect(ScreenQuery(text) == nil)
    }

    @Test func `what is removed is not found any more`() async throws {
        try await filled()
        try await index.remove(one)
        #expect(try await found("nginx").isEmpty)
        #expect(try await found("etc") == [other])
        #expect(try await index.lines(of: one, limit: 10).isEmpty)
        try await index.append([ScreenLine(milliseconds: 0, text: "nginx")], of: one)
        #expect(try await found("nginx") == [one])
    }
}
