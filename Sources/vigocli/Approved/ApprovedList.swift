import ArgumentParser
import Operator
import Wire

struct ApprovedList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the patterns."
    )

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: Items<ApprovedPatternSummary> = try await APIClient.current().request(.GET, "/api/v1/approved")
        try listing.show(answer.items, ["PATTERN", "ADDED", "BY"], none: "No pattern is approved.") {
            [Shown.text($0.pattern), Shown.date($0.createdAt), Shown.text($0.createdBy)]
        }
    }
}
