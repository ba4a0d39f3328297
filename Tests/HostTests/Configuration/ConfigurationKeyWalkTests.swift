import Foundation
import Testing

@testable import Host

/// Every key that docs/configuration.md names, with values of every wrong type.
@Suite struct ConfigurationKeyWalkTests {
    /// A key's path as the page writes it, `plugins.<id>.sha256` for one of many.
    private static func documentedKeys() throws -> [String] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../docs/configuration.md").standardized
        var section: Substring?
        var keys: [String] = []
        for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("## ") {
                let name = line.dropFirst(3)
                section = name.hasPrefix("`") ? name.split(separator: "`").first : nil
            }
            guard let section, line.hasPrefix("| `"), let cell = line.split(separator: "|").first else { continue }
            keys += cell.split(separator: "`").filter { !$0.contains(" ") && !$0.hasPrefix(",") }.map {
                "\(section).\($0)"
            }
        }
        return keys
    }

    private static let ignored: Set = ["scrier.guacd_addr", "scrier.proxy_hostname"]

    /// What each key takes; everything else is wrong for it.
    private enum Kind { case text, whole, boolean, listOfWholes, listOfTexts, rules, mapOfTexts }
    private static let kinds: [String: Kind] = [
        "scrier.enabled": .boolean, "scrier.recording_enabled": .boolean, "scrier.require_key_proof": .boolean,
        "scrier.recording_min_free_mib": .whole, "scrier.recording_retention.days": .whole,
        "scrier.recording_retention.max_gib": .whole,
        "scrier.max_sessions": .whole, "scrier.allowed_ports": .listOfWholes, "server.trusted_proxies": .listOfTexts,
        "bootstrap.trusted_enrollment": .rules, "scrier.plugins.<id>.parameters": .mapOfTexts,
        "secrets.parameters": .mapOfTexts, "policy.secrets": .rules,
    ]

    private static let texts = [
        "\"\"", "\"\\e[2J\"", "\"a\\0b\"", "\"\(String(repeating: "x", count: 3000))\"", "\"../../etc\"",
    ]
    private static let wrong: [Kind: [String]] = [
        .text: ["[]", "[a]", "{}", "{a: b}", "~", ""],
        .whole: ["[]", "[5]", "{}", "~", "", "\"5\"", "five", "5.5", "-1", "0", "1e3", "99999999999999999999", "true"]
            + texts,
        .boolean: ["[]", "[true]", "{}", "~", "", "\"true\"", "1", "0", "maybe"] + texts,
        .listOfWholes: [
            "5", "{}", "five", "[five]", "[[5]]", "[5, ~]", "[-1]", "[0]", "[65536]", "[\"5\"]", "[{}]", "[]", "true",
        ],
        .listOfTexts: ["5", "{}", "10.0.0.0/8", "[[10.0.0.0/8]]", "[~]", "[5]", "[\"\"]", "[10.0.0.0/99]", "true"],
        .rules: [
            "5", "{}", "all", "[all]", "[[]]", "[{}]", "[~]", "[{pattern: \"*\"}]", "[{cidrs: [10.0.0.0/8]}]",
            "[{pattern: [], cidrs: {}}]",
        ],
        .mapOfTexts: ["5", "[]", "text", "{term: []}", "{term: {}}", "{term: ~}", "{[a]: b}"],
    ]
    /// Of the texts, those that make no sense for any key.
    private static let nonsenseTexts = ["\"\"", "\"a\\0b\\n\""]

    private func problems(_ text: String) -> [String] {
        do {
            _ = try ConfigurationFile(text: text, file: "server.yaml")
            return []
        } catch { return error.problems.map(\.description) }
    }

    private func file(_ key: String, _ value: String) -> String {
        let words = key.replacingOccurrences(of: "<id>", with: "ssh").split(separator: ".")
        var text = ""
        for (depth, word) in words.enumerated() { text += String(repeating: "  ", count: depth) + "\(word):\n" }
        return text.dropLast() + " \(value)\n"
    }

    @Test func `every documented key is known, and no other`() throws {
        let keys = try Self.documentedKeys()
        #expect(keys.count > 25, "\(keys)")
        for key in keys {
            #expect(!problems(file(key, "~")).contains { $0.contains("unknown key") }, "\(key)")
            let misspelt = problems(file(key + "x", "~"))
            let isFree = key.hasSuffix(".parameters") || key.hasSuffix(".<name>")
            #expect(isFree || misspelt.contains { $0.contains("unknown key") }, "\(key)x: \(misspelt)")
        }
    }

    @Test func `no key takes a value of another type, and each says where and what was expected`() throws {
        for key in try Self.documentedKeys() where !Self.ignored.contains(key) {
            let kind = Self.kinds[key] ?? .text
            let line = key.split(separator: ".").count
            for value in Self.wrong[kind]! {
                // Nothing behind a list's or a map's key is an empty one: so it is with all of YAML.
                if ["~", ""].contains(value), [.listOfWholes, .listOfTexts, .rules, .mapOfTexts].contains(kind) {
                    continue
                }
                let found = problems(file(key, value))
                let name = key.replacingOccurrences(of: "<id>", with: "ssh")
                #expect(
                    found.contains {
                        $0.hasPrefix("server.yaml:\(line): ") && $0.contains(name) && $0.contains("expected")
                    },
                    "\(key): \(value.prefix(60)): \(found)"
                )
                for problem in found {
                    #expect(
                        problem.utf8.count < 600 && !problem.unicodeScalars.contains { $0.value < 0x20 },
                        "\(problem)"
                    )
                }
            }
        }
    }

    @Test func `texts that mean nothing are refused by every key that takes a text`() throws {
        // A user's name is looked up at the start; what it may be is the system's affair.
        for key in try Self.documentedKeys()
        where !Self.ignored.contains(key) && Self.kinds[key] == nil && key != "server.user" {
            for value in Self.nonsenseTexts { #expect(!problems(file(key, value)).isEmpty, "\(key): \(value)") }
        }
        for key in [
            "server", "bootstrap", "checkin", "scrier", "server.tls", "server.log", "scrier.plugins",
            "scrier.plugins.ssh",
        ] {
            for value in ["5", "text", "[]", "[a]", "true", "\"\""] {
                let found = problems(file(key, value))
                #expect(found.contains { $0.contains("expected keys with values") }, "\(key): \(value): \(found)")
            }
        }
    }
}
