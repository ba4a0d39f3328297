import Testing

@testable import Operator

@Suite struct VaultPlacesTests {
    private func places(_ directory: String, keyFile: String? = nil) throws -> VaultPlaces {
        try VaultPlaces(directory: directory, keyFile: keyFile, workingDirectory: "/home/dan")
    }

    @Test func `everything lies where the specification says`() throws {
        let places = try places(VaultPlaces.usualDirectory)
        #expect(places.directory == "/srv/vigo/secrets")
        #expect(places.keyFile == "/srv/vigo/secrets/.master.key")
        #expect(places.verifier == "/srv/vigo/secrets-verifier.json")
        #expect(places.sentinel == "/srv/vigo/.secrets-unlocked")
        #expect(places.nextKeyFile == "/srv/vigo/secrets/.master.key.next")
    }

    @Test func `a secrets directory elsewhere takes verifier and sentinel along`() throws {
        let places = try places("vault/./x/..//keys/", keyFile: "../k")
        #expect(places.directory == "/home/dan/vault/keys")
        #expect(places.verifier == "/home/dan/vault/secrets-verifier.json")
        #expect(places.sentinel == "/home/dan/vault/.secrets-unlocked")
        #expect(places.keyFile == "/home/k")
        #expect(try self.places("/secrets").sentinel == "/.secrets-unlocked")
        #expect(throws: OperatorError.self) { try self.places("/") }
        #expect(throws: OperatorError.self) { try self.places("../..") }
    }
}
