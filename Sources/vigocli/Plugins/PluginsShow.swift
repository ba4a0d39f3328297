import ArgumentParser
import Operator
import Wire

struct PluginsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one plugin and its parameters.",
        discussion: """
            EXAMPLES
              vigocli plugins show ssh
            """
    )

    @Argument(help: "The plugin's id, from “vigocli plugins list”.")
    var id: String

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let plugin: PluginSummary = try await APIClient.current().request(
            .GET,
            "/api/v1/plugins/\(URLPath.segment(id))"
        )
        try listing.show(
            plugin,
            [
                ("ID", Shown.text(plugin.id)),
                ("Label", Shown.text(plugin.label)),
                ("Version", Shown.text(plugin.version)),
                ("ABI", Shown.text(plugin.abi)),
                ("Summary", Shown.text(plugin.summary)),
                ("Roles", Shown.text(plugin.roles.joined(separator: ", "))),
                ("Default port", plugin.defaultPort.map(String.init) ?? "–"),
                ("Needs", Shown.text(plugin.needs.joined(separator: ", "))),
                ("File", Shown.text(plugin.file)),
                ("SHA-256", Shown.text(plugin.sha256)),
                ("Problem", Shown.text(plugin.problem)),
            ]
        )
        guard listing.output == .table, !plugin.parameters.isEmpty else { return }
        print("")
        print(Table(["PARAMETER", "KIND", "DEFAULT", "GIVEN BY", "SUMMARY"], plugin.parameters.map(Self.row)).text)
    }

    private static func row(_ parameter: PluginParameterSummary) -> [String] {
        let origin = parameter.serverOnly || parameter.secret ? "server" : parameter.required ? "you, always" : "you"
        let choices = parameter.choices.map { " (\($0.joined(separator: ", ")))" } ?? ""
        return [
            Shown.text(parameter.name), Shown.text(parameter.kind), Shown.text(parameter.fallback), origin,
            Shown.text(parameter.summary + choices),
        ]
    }
}
