import Corpus
import Foundation
import Testing
import Wire

@testable import Host

/// Bodies of requests, read as the API reads them.
@Suite struct RequestCorpusTests {
    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private func complaints<Body: Codable>(_ name: String, _ type: Body.Type) async throws -> [String] {
        try await Corpus("requests/\(name)").complaints(mutations: 1500) { bytes in
            do {
                return Array(try WireJSON.encode(try APICall.decode(type, from: Data(bytes))))
            } catch let failure as APIFailure {
                throw Refused(description: failure.error.message)
            }
        }
    }

    @Test func `whatever a request's body holds is read or refused by the field's name`() async throws {
        let all = [
            try await complaints("connect", ConnectRequest.self), try await complaints("user-create", UserCreate.self),
            try await complaints("user-update", UserUpdate.self),
            try await complaints("api-token-create", APITokenCreate.self),
            try await complaints("enrollment-token-create", EnrollmentTokenCreate.self),
            try await complaints("approved-pattern-create", ApprovedPatternCreate.self),
            try await complaints("registration", RegistrationRequest.self),
        ]
        #expect(all.flatMap { $0 } == [])
    }
}
