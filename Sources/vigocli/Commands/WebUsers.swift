import ArgumentParser
import Foundation
import Operator
import Trust
import Wire

struct WebUsers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webusers",
        abstract: "The accounts of operators.",
        subcommands: [Create.self, List.self, Delete.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an account.",
            discussion: "An admin's public key is that of the OS user of the same name on this machine."
        )

        @Option(help: "The account's name.")
        var username: String

        @Option(help: "admin, viewer or compliance.")
        var role: UserRole

        @Option(help: ArgumentHelp("A public key, for roles other than admin.", valueName: "path"))
        var sshKeyFile: String?

        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard role != .admin || sshKeyFile == nil else {
                throw ValidationError(
                    "an admin's key is read from /home/\(username)/.ssh: --ssh-key-file is for other roles"
                )
            }
        }

        mutating func run() async throws {
            let key = try Self.publicKey(username: username, role: role, file: sshKeyFile)
            let request = UserCreate(username: username, role: role, sshPublicKey: key?.openSSH)
            let user = try await Server.api().request(.POST, "/api/v1/users", body: request, as: UserSummary.self)
            if key == nil && role == .admin {
                Standard.error(
                    "vigocli: /home/\(username)/.ssh holds no id_ed25519.pub or id_rsa.pub: the account has no key yet"
                )
            }
            try output.print(
                user,
                fields: [
                    ("username", Shown.text(user.username)), ("role", user.role.rawValue),
                    ("key", Shown.text(user.sshFingerprint)),
                ]
            )
        }

        private static func publicKey(username: String, role: UserRole, file: String?) throws -> SSHPublicKey? {
            let isName = !username.contains("/") && !username.hasPrefix(".")
            let owner = KeyDiscovery.User(name: username, home: "/home/\(username)")
            let discovery = KeyDiscovery(
                environment: [:],
                loginUser: role == .admin && isName ? owner : nil,
                read: { try? String(contentsOfFile: $0, encoding: .utf8) },
                lookUp: { _ in nil }
            )
            if let file { return try discovery.find(file: file) }
            return try? discovery.find(file: nil)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the accounts.")

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let items = try await Server.api().request(.GET, "/api/v1/users", as: Items<UserSummary>.self).items
            try output.print(items, ["USERNAME", "ROLE", "KEY", "CREATED"]) {
                [Shown.text($0.username), $0.role.rawValue, Shown.text($0.sshFingerprint), Shown.date($0.createdAt)]
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove an account and its tokens.")

        @Option(help: "The account's name.")
        var username: String

        mutating func run() async throws {
            try await Server.api().perform(.DELETE, "/api/v1/users/\(Server.escape(username))")
            print("\(username) is deleted")
        }
    }
}

extension UserRole: ExpressibleByArgument {}
