import ArgumentParser
import Operator
import Wire

extension EnvoyStatus: ExpressibleByArgument {}

struct EnvoysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the envoys.",
        discussion: """
            EXAMPLES
              vigocli envoys list
              vigocli envoys list --status pending
            """
    )

    @Option(help: "Only those of this status.")
    var status: EnvoyStatus?

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let query = status.map { "?status=\($0.rawValue)" } ?? ""
        let answer: Items<EnvoySummary> = try await APIClient.current().request(.GET, "/api/v1/envoys\(query)")
        let none =
            status == nil
            ? "No host is enrolled yet; “vigocli tokens generate --help” tells how." : "There are no such envoys."
        try listing.show(answer.items, ["ID", "HOSTNAME", "IP", "ENROLLED", "LAST SEEN", "STATUS"], none: none) {
            [
                Shown.uuid($0.id), Shown.text($0.hostname), Shown.text($0.address), Shown.date($0.enrolledAt),
                Shown.date($0.lastSeen), $0.status.rawValue,
            ]
        }
    }
}
