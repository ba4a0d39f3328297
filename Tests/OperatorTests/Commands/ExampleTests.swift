import ArgumentParser
import Foundation
import Testing

@testable import vigocli

/// Whatever the documentation and the help tell people to type is understood.
@Suite struct ExampleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// In place of what stands in angle brackets.
    private static let placeholders = [
        "<envoy>": "web-01", "<id>": "63dfa092-5262-44ac-b04b-1533c709ab42", "<name>": "dan", "<username>": "dan",
        "<role>": "viewer",
        "<hostname>": "web3.example.com", "<pattern>": "*.prod.example.com", "<text>": "laptop",
        "<url>": "https://vigo.example.com",
        "<path>": "/tmp/x", "<token>": "vet_x", "<server>": "vigo.example.com",
        "<new id>": "63dfa092-5262-44ac-b04b-1533c709ab42",
    ]

    private static func pages() throws -> [URL] {
        let files = FileManager.default.enumerator(at: root.appending(path: "docs"), includingPropertiesForKeys: nil)
        let docs = files?.compactMap { $0 as? URL }.filter { $0.pathExtension == "md" } ?? []
        return docs + ["README.md", "SECURITY.md", "CONTRIBUTING.md"].map { root.appending(path: $0) }
    }

    /// Command lines of vigocli in a text: lines of listings, and words in backticks.
    private static func lines(in text: String) -> [String] {
        var found: [String] = []
        var isListing = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isListing.toggle()
            } else if isListing {
                found += [command(in: String(line))].compactMap { $0 }
            } else {
                let parts = line.replacing("\\|", with: "|").split(separator: "`", omittingEmptySubsequences: false)
                found += parts.enumerated().filter { $0.offset % 2 == 1 }.compactMap { command(in: String($0.element)) }
            }
        }
        return found
    }

    /// Without prompt, `sudo`, and what a shell would do with the rest.
    private static func command(in line: String) -> String? {
        var text = line.trimmingCharacters(in: .whitespaces)
        for prefix in ["$ ", "# ", "sudo "] where text.hasPrefix(prefix) { text.removeFirst(prefix.count) }
        guard text.hasPrefix("vigocli ") else { return nil }
        for (placeholder, value) in placeholders { text = text.replacingOccurrences(of: placeholder, with: value) }
        for end in [" | ", " > ", " < ", "  # ", " # ", " && ", "; "] { text = text.components(separatedBy: end)[0] }
        // Abbreviations for people: list|show, [--all], and three dots.
        guard !text.contains("…"), !text.contains("..."), !text.contains("|") else { return nil }
        return text.replacingOccurrences(of: "[", with: "").replacingOccurrences(of: "]", with: "")
    }

    /// As a shell splits them.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        var current: String?
        var quote: Character?
        for character in line {
            switch (character, quote) {
            case (quote, _?): quote = nil
            case ("\"", nil), ("'", nil): (quote, current) = (character, current ?? "")
            case (" ", nil): if let word = current { (words, current) = (words + [word], nil) }
            default: current = (current ?? "") + String(character)
            }
        }
        return words + [current].compactMap { $0 }
    }

    private static func problem(with line: String) -> String? {
        do {
            _ = try Vigocli.parseAsRoot(Array(words(line).dropFirst()))
            return nil
        } catch {
            return Vigocli.exitCode(for: error).isSuccess ? nil : "\(line): \(Vigocli.message(for: error))"
        }
    }

    @Test func `every vigocli line of the documentation is understood`() throws {
        var count = 0
        for page in try Self.pages() {
            for line in Self.lines(in: try String(contentsOf: page, encoding: .utf8)) {
                count += 1
                if let problem = Self.problem(with: line) { Issue.record("\(page.lastPathComponent): \(problem)") }
            }
        }
        #expect(count > 50, "the documentation has examples")
    }

    @Test(arguments: CommandTree.all) func `every example of the help is understood`(command: CommandTree.Command) {
        let lines = command.type.configuration.discussion.split(separator: "\n").compactMap {
            Self.command(in: String($0))
        }
        for line in lines { if let problem = Self.problem(with: line) { Issue.record("\(problem)") } }
    }
}
