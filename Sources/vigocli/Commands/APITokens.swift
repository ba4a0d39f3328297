import ArgumentParser
import Operator
import Wire

struct APITokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apitokens",
        abstract: "Tokens with which an operator's programs reach the API.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token; it is shown only now.")

        @Option(help: "Whose token; it has that account's role.")
        var username: String

        @Option(help: "What it is for, such as laptop.")
        var name: String

        @Option(
            help: ArgumentHelp("How long it is good for, such as 90d.", valueName: "duration"),
            transform: Seconds.init
        )
        var expires: Seconds?

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let request = APITokenCreate(username: username, name: name, expiresInSeconds: expires?.count)
            let created = try await Server.api().request(
                .POST,
                "/api/v1/apitokens",
                body: request,
                as: APITokenCreated.self
            )
            guard output.format == .json else { return print(created.token) }
            try output.print(created, fields: [])
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens, without their secrets.")

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let items = try await Server.api().request(.GET, "/api/v1/apitokens", as: Items<APITokenSummary>.self).items
            try output.print(items, ["TOKEN", "USERNAME", "NAME", "CREATED", "LAST USED", "EXPIRES", "REVOKED"]) {
                [
                    Shown.text($0.id), Shown.text($0.username), Shown.text($0.name), Shown.date($0.createdAt),
                    Shown.date($0.lastUsed), Shown.date($0.expiresAt), Shown.date($0.revokedAt),
                ]
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token useless.")

        @Argument(help: "The token's id.")
        var id: String

        mutating func run() async throws {
            try await Server.api().perform(.DELETE, "/api/v1/apitokens/\(Server.escape(id))")
            print("token \(id) is revoked")
        }
    }
}
