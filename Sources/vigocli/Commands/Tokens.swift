import ArgumentParser
import Operator
import Wire

struct Tokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One-time tokens with which machines enroll.",
        subcommands: [Generate.self, List.self, Revoke.self]
    )

    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token; it is shown only now.")

        @Option(help: ArgumentHelp("Hostnames that may use it, such as web-*.", valueName: "glob"))
        var pattern: String

        @Option(
            help: ArgumentHelp("How long it is good for, such as 2h.", valueName: "duration"),
            transform: Seconds.init
        )
        var expires: Seconds?

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let request = EnrollmentTokenCreate(pattern: pattern, expiresInSeconds: expires?.count)
            let created = try await Server.api().request(
                .POST,
                "/api/v1/tokens",
                body: request,
                as: EnrollmentTokenCreated.self
            )
            guard output.format == .json else { return print(created.token) }
            try output.print(created, fields: [])
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens, without their secrets.")

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let items = try await Server.api().request(.GET, "/api/v1/tokens", as: Items<EnrollmentTokenSummary>.self)
                .items
            try output.print(items, ["TOKEN", "PATTERN", "CREATED", "EXPIRES", "USED", "REVOKED"]) {
                [
                    Shown.text($0.id), Shown.text($0.pattern), Shown.date($0.createdAt), Shown.date($0.expiresAt),
                    Shown.date($0.usedAt), Shown.date($0.revokedAt),
                ]
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token useless.")

        @Argument(help: "The token's id.")
        var id: String

        mutating func run() async throws {
            try await Server.api().perform(.DELETE, "/api/v1/tokens/\(Server.escape(id))")
            print("token \(id) is revoked")
        }
    }
}
