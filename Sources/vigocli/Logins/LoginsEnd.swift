import ArgumentParser
import Operator
import Wire

struct LoginsEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end",
        abstract: "End a login, or all of a user.",
        discussion: """
            EXAMPLES
              vigocli logins end q3J0c2lzMTIz
              vigocli logins end --username dan
            """
    )

    @Argument(help: "A login's id, as “logins list” shows it.")
    var id: String?

    @Option(help: ArgumentHelp("All logins of this user.", valueName: "name"))
    var username: String?

    func validate() throws {
        guard (id == nil) != (username == nil) else {
            throw ValidationError("Name a login or --username, one of the two.")
        }
    }

    func run() async throws {
        let client = try APIClient.current()
        if let id {
            try await client.perform(.DELETE, "/api/v1/logins/\(URLPath.segment(id))")
            print("The login \(Shown.text(id)) is ended.")
        } else if let username {
            try await client.perform(.DELETE, "/api/v1/logins?username=\(URLPath.segment(username))")
            print("All logins of \(Shown.text(username)) are ended.")
        }
    }
}
