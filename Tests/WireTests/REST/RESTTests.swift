import Foundation
import Testing

@testable import Wire

@Suite struct RESTTests {
    @Test func `a request for a session has the names that the API promises, and leaves out what is not said`() throws {
        let request = ConnectRequest(envoyID: "web-01", protocolName: "ssh", sshPublicKey: "ssh-ed25519 AAAA")
        let text = String(decoding: try WireJSON.encode(request), as: UTF8.self)
        #expect(text == #"{"envoy_id":"web-01","protocol":"ssh","ssh_public_key":"ssh-ed25519 AAAA"}"#)
    }

    @Test(arguments: ["2026-05-05T13:03:00Z", "2026-05-05T13:03:00.000Z"])
    func `dates are read with and without fractions`(text: String) throws {
        let json = Data(#"{"pattern":"*","created_at":"\#(text)"}"#.utf8)
        let pattern = try WireJSON.decode(ApprovedPatternSummary.self, from: json)
        #expect(pattern.createdAt == Date(timeIntervalSince1970: 1_777_986_180))
    }

    @Test(arguments: ["yesterday", "2026-05-05", "1777986180", ""])
    func `anything else is no date`(text: String) {
        let json = Data(#"{"pattern":"*","created_at":"\#(text)"}"#.utf8)
        #expect(throws: DecodingError.self) { try WireJSON.decode(ApprovedPatternSummary.self, from: json) }
    }

    @Test func `a date survives the trip to the millisecond`() throws {
        let token = ApprovedPatternSummary(pattern: "*", createdAt: Date(timeIntervalSince1970: 1_777_986_180.25))
        #expect(try WireJSON.decode(ApprovedPatternSummary.self, from: WireJSON.encode(token)) == token)
    }

    @Test func `UUIDs are in lower case, and read in any`() throws {
        let id = try #require(UUID(uuidString: "63DFA092-5262-44AC-B04B-1533C709AB42"))
        let user = UserSummary(id: id, username: "dan", role: .admin, createdAt: Date(timeIntervalSince1970: 0))
        let token = EnrollmentTokenSummary(
            id: "x",
            pattern: "*",
            createdAt: Date(timeIntervalSince1970: 0),
            usedBy: id
        )
        let pending = RegistrationPending(pending: true, envoyID: id)
        let connected = ConnectResponse(sessionID: id, state: .waiting, websocket: "/")
        for value in [user, Items([user]), token, pending, connected] as [any Encodable] {
            let text = String(decoding: try WireJSON.encode(value), as: UTF8.self)
            #expect(text.contains(#""63dfa092-5262-44ac-b04b-1533c709ab42""#), "\(text)")
        }
        let upper = Data(#"{"pending":true,"envoy_id":"63DFA092-5262-44AC-B04B-1533C709AB42"}"#.utf8)
        #expect(try WireJSON.decode(RegistrationPending.self, from: upper) == pending)
        let unused = try WireJSON.encode(EnrollmentTokenSummary(id: "x", pattern: "*", createdAt: Date()))
        #expect(!String(decoding: unused, as: UTF8.self).contains("used_by"))
    }

    @Test func `a listing is an object with items`() throws {
        #expect(String(decoding: try WireJSON.encode(Items<Int>([1, 2])), as: UTF8.self) == #"{"items":[1,2]}"#)
    }

    @Test func `a refusal is a code and a sentence`() throws {
        let error = try WireJSON.decode(
            APIError.self,
            from: Data(#"{"error":{"code":"not_found","message":"there is no envoy web-09"}}"#.utf8)
        )
        #expect(error.code == "not_found")
        #expect("\(error)" == "there is no envoy web-09")
    }
}
