import Testing
import Wire

@testable import Operator

@Suite struct UserKeyTests {
    private let keys = UserKey { path in
        [
            "/home/dan/.ssh/id_ed25519.pub": KeyDiscoveryTests.key("dan-ed25519"),
            "/home/dan/.ssh/id_rsa.pub": KeyDiscoveryTests.key("dan-rsa"),
            "/home/old/.ssh/id_rsa.pub": KeyDiscoveryTests.key("old-rsa"), "/eve.pub": KeyDiscoveryTests.key("eve"),
            "/home/bad/.ssh/id_ed25519.pub": "no key", "/home/bad/.ssh/id_rsa.pub": KeyDiscoveryTests.key("bad-rsa"),
        ][path]
    }

    @Test(arguments: [("dan", "dan-ed25519"), ("old", "old-rsa")])
    func `an admin's key is that of the system's user`(username: String, comment: String) throws {
        #expect(try keys.find(username: username, role: .admin, file: nil)?.comment == comment)
    }

    @Test func `no other key can be given to an admin`() throws {
        let error = try #require(throws: OperatorError.self) {
            try keys.find(username: "dan", role: .admin, file: "/eve.pub")
        }
        #expect(error.description.hasPrefix("--ssh-key-file is refused for the role admin"))
    }

    @Test(arguments: ["nobody", "../dan", ".", "..", "", "dan/.ssh/../../dan"])
    func `an admin without a system user's key is refused`(username: String) {
        #expect(throws: OperatorError.self) { try keys.find(username: username, role: .admin, file: nil) }
    }

    @Test func `a broken key is named, not skipped for another`() {
        #expect(throws: OperatorError("/home/bad/.ssh/id_ed25519.pub holds no SSH public key")) {
            try keys.find(username: "bad", role: .admin, file: nil)
        }
    }

    @Test(arguments: [UserRole.viewer, .compliance])
    func `other roles may have a key of a file, or none`(role: UserRole) throws {
        #expect(try keys.find(username: "eve", role: role, file: "/eve.pub")?.comment == "eve")
        #expect(try keys.find(username: "eve", role: role, file: nil) == nil)
        #expect(throws: OperatorError.self) { try keys.find(username: "eve", role: role, file: "/lost.pub") }
    }
}
