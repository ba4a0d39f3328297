import ArgumentParser
import Operator
import Wire

struct TokensList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tokens; what they are is not kept and cannot be shown."
    )

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: Items<EnrollmentTokenSummary> = try await APIClient.current().request(.GET, "/api/v1/tokens")
        try listing.show(
            answer.items,
            ["ID", "PATTERN", "CREATED", "EXPIRES", "USED", "BY"],
            none: "There are no tokens."
        ) {
            [
                Shown.text($0.id), Shown.text($0.pattern), Shown.date($0.createdAt), Shown.date($0.expiresAt),
                $0.revokedAt == nil ? Shown.date($0.usedAt) : "revoked", $0.usedBy.map(Shown.uuid) ?? "–",
            ]
        }
    }
}
