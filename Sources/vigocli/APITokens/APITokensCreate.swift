import ArgumentParser
import Operator
import Wire

struct APITokensCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token for a user. It is shown once.",
        discussion: """
            The token goes to stdout alone, so that it can be piped.

            EXAMPLES
              vigocli apitokens create --username dan --name laptop
              vigocli apitokens create --username ci --name nightly --expires 90d
            """
    )

    @Option(help: ArgumentHelp("Whose role the token has.", valueName: "name"))
    var username: String

    @Option(help: ArgumentHelp("What it is for, to tell it from others.", valueName: "text"))
    var name: String

    @Option(
        help: ArgumentHelp("How long it is good for: 24h, 90d.", valueName: "duration"),
        transform: Lifetime.init(parsing:)
    )
    var expires: Lifetime?

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let created: APITokenCreated = try await APIClient.current().request(
            .POST,
            "/api/v1/apitokens",
            body: APITokenCreate(username: username, name: name, expiresInSeconds: expires?.seconds)
        )
        guard listing.output == .table else { return print(try Shown.json(created)) }
        print(Shown.text(created.token))
        Notice.print("It is not shown again. To use it: vigocli config set-server https://<server>:8443 --token-stdin")
    }
}
