import Yams

/// One value of server.yaml with the path that leads to it. Asking for a type that it does not have notes a problem and
/// answers the fallback, so that one reading finds all mistakes.
struct ConfigurationNode {
    let node: Node?
    let path: String
    let log: ConfigurationProblemLog
    /// Where the value would stand when it is missing.
    let line: Int?

    /// A mapping's values; its keys are those listed and no others.
    func section(_ keys: [String], ignoring ignored: [String] = []) -> [String: ConfigurationNode] {
        guard let node, !node.isNothing else { return [:] }
        guard case .mapping(let mapping) = node else {
            problem("expected keys with values\(of(keys))")
            return [:]
        }
        var found: [String: ConfigurationNode] = [:]
        for (key, value) in mapping {
            let line = key.mark?.line ?? self.line
            guard case .scalar(let name) = key else {
                log.add(line, "\(path): expected a plain word as a key")
                continue
            }
            let child = ConfigurationNode(node: value, path: join(name.string), log: log, line: line)
            if ignored.contains(name.string) {
                log.ignored.append(child.path)
            } else if !keys.isEmpty, !keys.contains(name.string) {
                log.add(line, "unknown key \(child.path)\(of(keys))")
            } else if found.updateValue(child, forKey: name.string) != nil {
                log.add(line, "\(child.path) stands here a second time")
            }
        }
        return found
    }

    func items() -> [ConfigurationNode] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node else {
            problem("expected a list such as [a, b]")
            return []
        }
        return sequence.enumerated().map { index, item in
            ConfigurationNode(node: item, path: "\(path)[\(index)]", log: log, line: item.mark?.line ?? line)
        }
    }

    func string(_ expected: String = "a text") -> String? {
        guard let node else { return nil }
        guard case .scalar(let scalar) = node, !node.isNothing, !scalar.string.isEmpty else {
            problem("expected \(expected)")
            return nil
        }
        return scalar.string
    }

    /// A text that `make` understands.
    func value<Value>(_ expected: String, _ make: (String) -> Value?) -> Value? {
        guard let text = string(expected) else { return nil }
        guard let value = make(text) else {
            problem("expected \(expected), found \(quoted(text))")
            return nil
        }
        return value
    }

    func integer(_ range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let node else { return nil }
        guard let number = node.isQuoted ? nil : node.int else {
            problem("expected \(expected), found \(found)")
            return nil
        }
        guard range.contains(number) else {
            problem("expected \(expected), found \(number)")
            return nil
        }
        return number
    }

    func boolean() -> Bool? {
        guard let node else { return nil }
        guard let value = node.isQuoted ? nil : node.bool else {
            problem("expected true or false, found \(found)")
            return nil
        }
        return value
    }

    func duration(_ range: ClosedRange<Duration>) -> Duration? {
        value(
            "a duration from \(DurationText.write(range.lowerBound)) to \(DurationText.write(range.upperBound)) such as \"5m\""
        ) {
            DurationText.parse($0).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ type: Value.Type) -> Value? where Value.RawValue == String {
        value("one of " + Value.allCases.map(\.rawValue).joined(separator: ", ")) { Value(rawValue: $0) }
    }

    func problem(_ message: String) {
        log.add(node?.mark?.line ?? line, "\(path.isEmpty ? "the file" : path): \(message)")
    }

    private var found: String {
        switch node {
        case .scalar(let scalar): node?.isNothing == true ? "nothing" : quoted(scalar.string)
        case .mapping: "keys with values"
        case .sequence: "a list"
        default: "something else"
        }
    }

    private func quoted(_ text: String) -> String { "\"\(text.prefix(60))\"" }
    private func join(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    private func of(_ keys: [String]) -> String { keys.isEmpty ? "" : "; known here: " + keys.joined(separator: ", ") }
}

/// What one reading of server.yaml found wrong, and what it passed over.
final class ConfigurationProblemLog {
    let file: String
    private(set) var problems: [ConfigurationProblem] = []
    var ignored: [String] = []

    init(file: String) { self.file = file }

    func add(_ line: Int?, _ message: String) {
        problems.append(ConfigurationProblem(file: file, line: line, message: message))
    }
}

extension Node {
    /// A key with nothing behind it.
    var isNothing: Bool {
        guard case .scalar(let scalar) = self else { return false }
        return !isQuoted && ["", "~", "null"].contains(scalar.string.lowercased())
    }

    /// "5" in quotes is a text, not a number.
    var isQuoted: Bool {
        guard case .scalar(let scalar) = self else { return false }
        return scalar.style != .plain && scalar.style != .any
    }
}
