import ArgumentParser
import Operator
import Wire

struct APITokensList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tokens; what they are is not kept and cannot be shown."
    )

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: Items<APITokenSummary> = try await APIClient.current().request(.GET, "/api/v1/apitokens")
        try listing.show(
            answer.items,
            ["ID", "USERNAME", "NAME", "CREATED", "LAST USED", "EXPIRES"],
            none: "There are no API tokens."
        ) {
            [
                Shown.text($0.id), Shown.text($0.username), Shown.text($0.name), Shown.date($0.createdAt),
                Shown.date($0.lastUsed), $0.revokedAt == nil ? Shown.date($0.expiresAt) : "revoked",
            ]
        }
    }
}
