import ArgumentParser
import Operator
import Wire

struct Plugins: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The protocols that the server can speak.",
        subcommands: [List.self, Show.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the plugins, with those that cannot be used.")

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let items = try await Server.api().request(.GET, "/api/v1/plugins", as: Items<PluginSummary>.self).items
            try output.print(items, ["PLUGIN", "VERSION", "ABI", "PORT", "ROLES", "SUMMARY", "PROBLEM"]) {
                [
                    Shown.text($0.id), Shown.text($0.version), Shown.text($0.abi),
                    $0.defaultPort.map { "\($0)" } ?? "–", Shown.text($0.roles.joined(separator: ",")),
                    Shown.text($0.summary), Shown.text($0.problem),
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a plugin and its parameters.")

        @Argument(help: "The plugin's id.")
        var id: String

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let item = try await Server.api().request(
                .GET,
                "/api/v1/plugins/\(Server.escape(id))",
                as: PluginSummary.self
            )
            try output.print(
                item,
                fields: [
                    ("id", Shown.text(item.id)), ("label", Shown.text(item.label)),
                    ("version", Shown.text(item.version)), ("abi", Shown.text(item.abi)),
                    ("summary", Shown.text(item.summary)), ("roles", Shown.text(item.roles.joined(separator: ", "))),
                    ("port", item.defaultPort.map { "\($0)" } ?? "–"),
                    ("needs", Shown.text(item.needs.joined(separator: ", "))), ("file", Shown.text(item.file)),
                    ("sha256", Shown.text(item.sha256)), ("problem", Shown.text(item.problem)),
                ]
            )
            guard output.format == .table, !item.parameters.isEmpty else { return }
            let rows = item.parameters.map { parameter in
                [
                    Shown.text(parameter.name), parameter.kind, parameter.flags, Shown.text(parameter.fallback),
                    Shown.text(parameter.choices?.joined(separator: "|")), Shown.text(parameter.summary),
                ]
            }
            print("\n" + Table(["PARAMETER", "KIND", "FLAGS", "FALLBACK", "CHOICES", "SUMMARY"], rows).text)
        }
    }
}

extension PluginParameterSummary {
    fileprivate var flags: String {
        let flags = [
            required ? "required" : nil, secret ? "secret" : nil, askOperator ? "asked" : nil,
            serverOnly ? "server-only" : nil,
        ]
        return Shown.text(flags.compactMap(\.self).joined(separator: ","))
    }
}
