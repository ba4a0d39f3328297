import ArgumentParser
import Operator

struct APITokensRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Make a token worthless at once."
    )

    @Argument(help: "The token's id, from “vigocli apitokens list”.")
    var id: String

    func run() async throws {
        try await APIClient.current().perform(.DELETE, "/api/v1/apitokens/\(URLPath.segment(id))")
        print("API token \(Shown.text(id)) is revoked.")
    }
}
