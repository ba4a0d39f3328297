import Foundation
import Trust
import Yams

/// server.yaml: text in, a checked configuration or everything that is wrong with it out.
package struct ConfigurationFile: Sendable {
    package let configuration: ServerConfiguration
    /// One sentence about keys from older files that have no meaning any more.
    package let warning: String?

    package init(text: String, file: String) throws(ConfigurationError) {
        let log = ConfigurationProblemLog(file: file)
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError(problems: [Self.syntaxProblem(error, file: file)])
        }
        configuration = ServerConfiguration(ConfigurationNode(node: node, path: "", log: log, line: 1))
        guard log.problems.isEmpty else {
            throw ConfigurationError(problems: log.problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
        }
        warning =
            log.ignored.isEmpty
            ? nil
            : "\(file): ignored, the protocol plugins do this themselves now: \(log.ignored.joined(separator: ", "))"
    }

    package static func read(_ path: String) throws(ConfigurationError) -> ConfigurationFile {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ConfigurationError(problems: [
                .init(
                    file: path,
                    message:
                        "cannot be read: \((error as NSError).localizedFailureReason ?? error.localizedDescription)"
                )
            ])
        }
        guard data.count <= largest else {
            throw ConfigurationError(problems: [.init(file: path, message: "is larger than 1 MiB")])
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(problems: [.init(file: path, message: "is not UTF-8 text")])
        }
        return try ConfigurationFile(text: text, file: path)
    }

    private static let largest = 1 << 20

    private static func syntaxProblem(_ error: any Error, file: String) -> ConfigurationProblem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .init(file: file, line: mark.line, message: "is not YAML here: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            .init(
                file: file,
                line: context.mark.line,
                message: "the same key stands here twice: \(keys.joined(separator: ", "))"
            )
        default:
            .init(file: file, message: "is not YAML: \(error)")
        }
    }
}
