import ArgumentParser
import Operator
import Wire

struct TokensGenerate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make a token. It is shown once, and good for one enrollment.",
        discussion: """
            On the new host: curl -sSfk https://<server>:8443/bootstrap | sudo sh -s -- --token <token>

            EXAMPLES
              vigocli tokens generate --pattern web3.example.com
              vigocli tokens generate --pattern "*.prod.example.com" --expires 1h
            """
    )

    @Option(help: ArgumentHelp("The hostname that may use it; * and ? stand for others.", valueName: "pattern"))
    var pattern: String

    @Option(
        help: ArgumentHelp("How long it is good for: 30m, 24h, 7d.", valueName: "duration"),
        transform: Lifetime.init(parsing:)
    )
    var expires: Lifetime?

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let created: EnrollmentTokenCreated = try await APIClient.current().request(
            .POST,
            "/api/v1/tokens",
            body: EnrollmentTokenCreate(pattern: pattern, expiresInSeconds: expires?.seconds)
        )
        guard listing.output == .table else { return print(try Shown.json(created)) }
        print(Shown.text(created.token))
        Notice.print(
            "For a host named \(created.summary.pattern), once, until \(Shown.date(created.summary.expiresAt)). It is not shown again."
        )
    }
}
