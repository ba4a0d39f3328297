import ArgumentParser

struct Logins: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logins",
        abstract: "Who is signed in with a browser.",
        subcommands: [LoginsList.self, LoginsEnd.self]
    )
}
