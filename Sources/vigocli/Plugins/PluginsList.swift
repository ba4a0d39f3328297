import ArgumentParser
import Operator
import Wire

struct PluginsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the plugins in the plugin directory, also those that cannot be used."
    )

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: Items<PluginSummary> = try await APIClient.current().request(.GET, "/api/v1/plugins")
        try listing.show(
            answer.items,
            ["ID", "VERSION", "ABI", "ROLES", "PORT", "LABEL", "STATUS"],
            none: "There are no plugins in the server's plugin directory."
        ) {
            [
                // What cannot be used has no id that anybody could have learned: its file's name then, which “show” takes too.
                Shown.text($0.id.isEmpty ? $0.file : $0.id), Shown.text($0.version), Shown.text($0.abi),
                Shown.text($0.roles.joined(separator: ",")), $0.defaultPort.map(String.init) ?? "–",
                Shown.text($0.label), $0.problem.map { Shown.text($0) } ?? "ok",
            ]
        }
    }
}
