import ArgumentParser
import Operator
import Wire

struct WebUsersUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Give a user another role or another key.",
        discussion: """
            The key of an admin is read anew from /home/<username>/.ssh, as “webusers create” does, and --ssh-key-file is refused. \
            Another role ends the user's logins, and one that is not admin its sessions.

            EXAMPLES
              sudo vigocli webusers update --username eve --role admin
              sudo vigocli webusers update --username dan
            """
    )

    @Option(help: ArgumentHelp("The user's name.", valueName: "name"))
    var username: String

    @Option(help: "What the user may do; as before where it is left out.")
    var role: UserRole?

    @Option(help: ArgumentHelp("A public key, for roles other than admin.", valueName: "path"), completion: .file())
    var sshKeyFile: String?

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let client = try APIClient.current()
        let users: Items<UserSummary> = try await client.request(.GET, "/api/v1/users")
        guard let known = users.items.first(where: { $0.username == username }) else {
            throw OperatorError("there is no user “\(username)”")
        }
        let key = try UserKey.system.find(username: username, role: role ?? known.role, file: sshKeyFile)
        let user: UserSummary = try await client.request(
            .PUT,
            "/api/v1/users/\(URLPath.segment(known.id.uuidString.lowercased()))",
            body: UserUpdate(role: role, sshPublicKey: key?.description)
        )
        guard listing.output == .table else { return print(try Shown.json(user)) }
        let fingerprint = user.sshFingerprint.map { ", with the key \(Shown.text($0))" } ?? ""
        print("User \(Shown.text(user.username)) is \(user.role.rawValue)\(fingerprint).")
    }
}
