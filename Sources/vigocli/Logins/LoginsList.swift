import ArgumentParser
import Operator
import Wire

struct LoginsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the logins.")

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: Items<LoginSummary> = try await APIClient.current().request(.GET, "/api/v1/logins")
        try listing.show(
            answer.items,
            ["ID", "USERNAME", "ROLE", "ADDRESS", "SINCE", "LAST USED", "UNTIL"],
            none: "Nobody is signed in with a browser."
        ) {
            [
                Shown.text($0.id), Shown.text($0.username), $0.role.rawValue, Shown.text($0.address),
                Shown.date($0.createdAt),
                Shown.date($0.lastUsed), Shown.date($0.expiresAt),
            ]
        }
    }
}
