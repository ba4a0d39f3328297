import ArgumentParser
import Operator

struct WebUsersDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a user, and with it its API tokens and logins.",
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
        Notice.print(
            "Its password, if it has one, is in the vault still: “vigocli secrets delete vigo/web/auth/\(Shown.text(username))”."
        )
    }
}
