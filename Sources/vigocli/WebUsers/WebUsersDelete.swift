import ArgumentParser
import Operator

struct WebUsersDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a user, and with it its API tokens.",
        discussion: """
            EXAMPLES
              vigocli webusers delete --username dan
            """
    )

    @Option(help: ArgumentHelp("The user's name.", valueName: "name"))
    var username: String

    func run() async throws {
        try await APIClient.current().perform(.DELETE, "/api/v1/users/\(URLPath.segment(username))")
        print("User \(Shown.text(username)) is deleted.")
    }
}
