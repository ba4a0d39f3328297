import ArgumentParser
import Operator
import Wire

struct WebUsersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the users."
    )

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: Items<UserSummary> = try await APIClient.current().request(.GET, "/api/v1/users")
        try listing.show(
            answer.items,
            ["USERNAME", "ROLE", "KEY", "CREATED"],
            none: "There are no users; “vigocli webusers create --help” tells how to make one."
        ) {
            [Shown.text($0.username), $0.role.rawValue, Shown.text($0.sshFingerprint), Shown.date($0.createdAt)]
        }
    }
}
