import ArgumentParser
import Operator
import Wire

extension UserRole: ExpressibleByArgument {}

struct WebUsersCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a user.",
        discussion: """
            An admin may open sessions. The public key of an admin is that of the system's user of the same name: it is read \
            from /home/<username>/.ssh/id_ed25519.pub, else id_rsa.pub, and --ssh-key-file is refused.

            EXAMPLES
              sudo vigocli webusers create --username dan --role admin
              vigocli webusers create --username eve --role viewer
            """
    )

    @Option(help: ArgumentHelp("The user's name.", valueName: "name"))
    var username: String

    @Option(help: "What the user may do.")
    var role: UserRole

    @Option(help: ArgumentHelp("A public key, for roles other than admin.", valueName: "path"), completion: .file())
    var sshKeyFile: String?

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let key = try UserKey.system.find(username: username, role: role, file: sshKeyFile)
        let user: UserSummary = try await APIClient.current().request(
            .POST,
            "/api/v1/users",
            body: UserCreate(username: username, role: role, sshPublicKey: key?.description)
        )
        guard listing.output == .table else { return print(try Shown.json(user)) }
        let fingerprint = user.sshFingerprint.map { ", with the key \(Shown.text($0))" } ?? ""
        print("User \(Shown.text(user.username)) is created as \(user.role.rawValue)\(fingerprint).")
        Notice.print(
            """
            “vigocli apitokens create --username \(user.username) --name laptop” makes a token to sign in with, \
            “vigocli secrets set password vigo/web/auth/\(user.username)” a password for the browser.
            """
        )
    }
}
