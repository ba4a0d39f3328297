import Foundation
import Trust
import Yams

/// server.yaml: text in, a checked configuration or everything that is wrong with it out.
package struct ConfigurationFile: Sendable {
    package let configuration: ServerConfiguration
    /// One sentence about keys from older files that have no meaning any more.
    package let warning: String?

    package init(text: String, file: String) throws(ConfigurationError) {
        guard Self.aliases(in: text) <= Self.mostAliases else {
            throw ConfigurationError(problems: [
                .init(file: file, message: "has more than \(Self.mostAliases) aliases (*name); write the values out")
            ])
        }
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
            // Not all of it: somebody may have named a device by mistake.
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            data = try file.read(upToCount: largest + 1) ?? Data()
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
    private static let mostAliases = 16

    /// A few aliases of aliases stand for billions of values, and YAML's reader looks at every one of them when they are in a key.
    private static func aliases(in text: String) -> Int {
        let bytes = [UInt8(ascii: " ")] + Array(text.utf8)
        return zip(zip(bytes, bytes.dropFirst()), bytes.dropFirst(2)).count { pair, after in
            let (before, byte) = pair
            return byte == UInt8(ascii: "*") && after > UInt8(ascii: " ")
                && (before <= UInt8(ascii: " ") || "[]{},:?-".utf8.contains(before))
        }
    }

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
        case .reader(let problem, let offset, _, let text):
            .init(
                file: file,
                line: offset.map { text.utf8.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 },
                message: "is not YAML here: \(problem)"
            )
        default:
            .init(file: file, message: "is not YAML: \(error)")
        }
    }
}
