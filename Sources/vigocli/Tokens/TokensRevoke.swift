import ArgumentParser
import Operator

struct TokensRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Make a token worthless that has not been used."
    )

    @Argument(help: "The token's id, from “vigocli tokens list”.")
    var id: String

    func run() async throws {
        try await APIClient.current().perform(.DELETE, "/api/v1/tokens/\(URLPath.segment(id))")
        print("Token \(Shown.text(id)) is revoked.")
    }
}
