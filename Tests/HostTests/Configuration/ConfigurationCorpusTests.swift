import Corpus
import Foundation
import Testing

@testable import Host

@Suite struct ConfigurationCorpusTests {
    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private func text(_ corpus: String, _ parse: (String) throws -> String?) async throws -> [String] {
        try await Corpus(corpus).complaints { bytes in
            guard let written = try parse(String(decoding: bytes, as: UTF8.self)) else {
                throw Refused(description: "refused")
            }
            return Array(written.utf8)
        }
    }

    @Test func `whatever stands in server.yaml is a configuration or refused with sentences`() async throws {
        let complaints = try await text("server-yaml") { text in
            do {
                _ = try ConfigurationFile(text: text, file: "server.yaml")
                return text
            } catch let error as ConfigurationError {
                // There may be many problems; each is a sentence of its own, and the longest stands for all.
                let sentences = error.problems.map(\.description)
                throw Refused(description: sentences.max { $0.utf8.count < $1.utf8.count } ?? "")
            }
        }
        #expect(complaints == [])
    }

    @Test func `whatever stands for an address to listen on is one or refused`() async throws {
        let complaints = try await text("addresses") { ListenAddress($0)?.description }
        #expect(complaints == [])
    }

    @Test func `whatever stands for a duration is one or refused`() async throws {
        let complaints = try await text("durations") { DurationText.parse($0).map(DurationText.write) }
        #expect(complaints == [])
    }

    @Test func `whatever a machine calls itself is a hostname or refused`() async throws {
        let complaints = try await text("hostnames") { Hostname($0)?.text }
        #expect(complaints == [])
    }
}
