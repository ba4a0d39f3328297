import Testing
import Trust

@testable import Operator

@Suite struct KeyDiscoveryTests {
    static let dans = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrvSf dan@laptop"
    /// The same form with another point in it: which place was taken shows in the comment.
    static func key(_ comment: String) -> String { dans.replacing("dan@laptop", with: comment) }

    private func discovery(
        _ files: [String: String],
        environment: [String: String] = [:],
        login: String? = nil
    ) -> KeyDiscovery {
        KeyDiscovery(
            environment: environment,
            loginUser: login.map { KeyDiscovery.User(name: $0, home: "/home/\($0)") },
            read: { files[$0] },
            lookUp: { name in name == "nobody-here" ? nil : KeyDiscovery.User(name: name, home: "/home/\(name)") }
        )
    }

    private static let everywhere = [
        "/given.pub": key("given"), "/run/auth": "publickey \(key("auth"))\n",
        "/home/dan/.ssh/id_ed25519.pub": key("login-ed25519"), "/home/dan/.ssh/id_rsa.pub": key("login-rsa"),
        "/home/eve/.ssh/id_ed25519.pub": key("sudo-ed25519"), "/home/eve/.ssh/id_rsa.pub": key("sudo-rsa"),
    ]
    private static let environment = ["SSH_USER_AUTH": "/run/auth", "SUDO_USER": "eve"]
    /// In the order in which they are looked at.
    private static let places = [
        "/given.pub", "/run/auth", "/home/dan/.ssh/id_ed25519.pub", "/home/dan/.ssh/id_rsa.pub",
        "/home/eve/.ssh/id_ed25519.pub", "/home/eve/.ssh/id_rsa.pub",
    ]

    @Test(arguments: zip(0...5, ["given", "auth", "login-ed25519", "login-rsa", "sudo-ed25519", "sudo-rsa"]))
    func `the first place that holds a key is taken`(skipped: Int, comment: String) throws {
        var files = Self.everywhere
        for place in Self.places.prefix(skipped) { files[place] = nil }
        let discovery = discovery(files, environment: Self.environment, login: "dan")
        #expect(try discovery.find(file: skipped == 0 ? "/given.pub" : nil).comment == comment)
    }

    @Test func `with no key anywhere the operator is told which option helps`() throws {
        let error = try #require(throws: OperatorError.self) {
            try discovery([:], environment: Self.environment, login: "dan").find(file: nil)
        }
        #expect(error.description.hasPrefix("cannot auto-detect your SSH pubkey "))
        #expect(error.description.hasSuffix("pass --ssh-key-file PATH"))
    }

    @Test func `a file that was named and is not there is an error, not a reason to look elsewhere`() {
        #expect(throws: OperatorError("/lost.pub cannot be read")) {
            try discovery(Self.everywhere, environment: Self.environment, login: "dan").find(file: "/lost.pub")
        }
    }

    @Test func `a private key is not taken for a public one, and not sent`() throws {
        let pem = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"
        let error = try #require(throws: OperatorError.self) { try discovery(["/id": pem]).find(file: "/id") }
        #expect(error.description.contains("pass the public one, /id.pub"))
    }

    @Test func `a certificate is named as what it is`() throws {
        let file = ["/c.pub": "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5 dan\n"]
        let error = try #require(throws: OperatorError.self) { try discovery(file).find(file: "/c.pub") }
        #expect(error.description.contains("is an SSH certificate"))
    }

    @Test(arguments: [
        "", "password\n", "hostbased ssh-ed25519 AAAA\n", "publickey\n", "publickey ssh-ed25519 !!!\n", "\u{0}\u{ff}\n",
        "publickey ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5\n",
    ])
    func `a login without a plain key passes the question on`(auth: String) throws {
        let files = Self.everywhere.merging(["/run/auth": auth]) { _, new in new }
        let key = try discovery(files, environment: Self.environment, login: "dan").find(file: nil)
        #expect(key.comment == "login-ed25519")
    }

    @Test func `of a login with several methods the first key counts`() throws {
        let auth = "keyboard-interactive/pam\npublickey \(Self.key("one"))\npublickey \(Self.key("two"))\n"
        let found = try discovery(["/a": auth], environment: ["SSH_USER_AUTH": "/a"]).find(file: nil)
        #expect(found.comment == "one")
    }

    @Test func `comments and empty lines in a key file do not hide the key`() throws {
        let found = try discovery(["/k": "# mine\n\r\n\(Self.key("k"))\r\n"]).find(file: "/k")
        #expect(found.comment == "k")
    }

    @Test func `a sudo user who is unknown here is passed over`() {
        #expect(throws: OperatorError.self) {
            try discovery(Self.everywhere, environment: ["SUDO_USER": "nobody-here"]).find(file: nil)
        }
    }
}
