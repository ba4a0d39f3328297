import ArgumentParser

struct WebUsers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webusers",
        abstract: "Who may use the server, and in which role.",
        subcommands: [WebUsersCreate.self, WebUsersList.self, WebUsersUpdate.self, WebUsersDelete.self]
    )
}
