import ArgumentParser
import Operator
import Wire

struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show whom the server takes you for."
    )

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let client = try APIClient.current()
        let answer: WhoAmI = try await client.request(.GET, "/api/v1/whoami")
        try listing.show(
            answer,
            [
                ("User", Shown.text(answer.username)),
                ("Role", answer.role.rawValue),
                ("Server", Shown.text("\(client.connection.configuration.server)")),
                ("By", Self.sentence(answer.via)),
            ]
        )
    }

    private static func sentence(_ via: String) -> String {
        switch via {
        case "admin-socket": "admin socket"
        case "token": "API token"
        default: Shown.text(via)
        }
    }
}
