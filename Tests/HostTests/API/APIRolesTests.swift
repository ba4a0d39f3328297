import Foundation
import Hummingbird
import Store
import Testing
import Trust
import Wire

@testable import Host

@Suite struct APIRolesTests {
    /// A route's path with something in place of its parameters.
    private static func path(_ route: APIRoute) -> String {
        route.path.split(separator: "/").map { part -> String in
            guard part.hasPrefix("{") else { return String(part) }
            return part == "{session}" || route.path.contains("sessions")
                ? "63dfa092-5262-44ac-b04b-1533c709ab42" : "nobody"
        }.reduce("") { "\($0)/\($1)" }
    }

    /// Over the network.
    private static func isAllowed(_ route: APIRoute, _ role: UserRole?) -> Bool {
        switch route.access {
        case .open: true
        case .signedIn: role != nil
        case .reviewer: role == .admin || role == .compliance
        case .admin: role == .admin
        case .adminSocket: false
        }
    }

    @Test func `every route is open to whom it is meant for and to nobody else`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for route in world.routes {
                for role in [nil] + UserRole.allCases.map(Optional.some) {
                    let answer = try await client.send(route.method, Self.path(route), as: role, "{}")
                    let isAllowed = Self.isAllowed(route, role)
                    let refused = role == nil ? 401 : 403
                    let who = role?.rawValue ?? "nobody"
                    // Enrollment refuses by 403 itself, and an empty body is malformed to it.
                    // So is a login's, which would be refused by 401.
                    #expect(
                        (answer.status == refused) != isAllowed,
                        "\(route.method) \(route.path) as \(who): \(answer.status) \(answer.body)"
                    )
                }
            }
        }
    }

    @Test func `every route has the same answer for a cookie as for a token, if the page is ours`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for role in UserRole.allCases {
                // One that ends logins comes last.
                let ending = ["/api/v1/logout", "/api/v1/logins", "/api/v1/logins/{id}"]
                for route in world.routes where !ending.contains(route.path) && route.access != .open {
                    let browser = try await client.browser(role)
                    let answer = try await browser.send(route.method, Self.path(route), "{}")
                    #expect(
                        (answer.status != 403) == Self.isAllowed(route, role) && answer.status != 401,
                        "\(route.method) \(route.path) as \(role): \(answer.status) \(answer.body)"
                    )
                }
            }
        }
    }

    @Test func `no route changes anything by a cookie alone`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let browser = try await client.browser(.admin)
            let foreign: [HTTPFields] = [
                [:], [.origin: APIWorld.origin], [.csrfToken: browser.state.csrfToken!],
                [.origin: "https://evil.example", .csrfToken: browser.state.csrfToken!],
                [.origin: "null", .csrfToken: browser.state.csrfToken!],
                [.origin: APIWorld.origin, .csrfToken: String(browser.state.csrfToken!.reversed())],
                [.origin: APIWorld.origin, .secFetchSite: "cross-site", .csrfToken: browser.state.csrfToken!],
                [.secFetchSite: "same-site", .csrfToken: browser.state.csrfToken!],
            ]
            for route in world.routes where route.method != .get && route.access != .open {
                for var headers in foreign {
                    headers[.cookie] = browser.cookie
                    let answer = try await browser.send(route.method, Self.path(route), headers: headers, "{}")
                    #expect(
                        answer.status == 403 && ["foreign_page", "csrf_token_needed"].contains(answer.error?.code),
                        "\(route.method) \(route.path) with \(headers): \(answer.status) \(answer.body)"
                    )
                }
            }
            let stillIn = try await browser.send(.get, "/api/v1/whoami").status
            #expect(stillIn == 200)
        }
    }

    @Test func `what must not be open to viewers is not`() async throws {
        let world = try await APIWorld()
        let open = world.routes.filter { $0.access == .open }.map { "\($0.method) \($0.path)" }.sorted()
        #expect(
            open == [
                "GET /api/v1/agent/download", "GET /api/v1/agent/latest", "GET /bootstrap", "GET /healthz",
                "POST /api/v1/bootstrap/register", "POST /api/v1/login",
            ]
        )
        let changing = world.routes.filter { $0.method != .get && $0.access == .signedIn }
        #expect(changing.map(\.path) == ["/api/v1/logout", "/api/v1/logins", "/api/v1/logins/{id}"])
        await world.remove()
    }

    @Test(arguments: [UserRole.viewer, .compliance])
    func `who may not open sessions is refused, and that is audited`(role: UserRole) async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let answer = try await client.send(
                .post,
                "/api/v1/scrier/connect",
                as: role,
                #"{"envoy_id": "web3", "protocol": "echo", "port": 22}"#
            )
            #expect(answer.status == 403 && answer.error?.code == "forbidden")
            let records = try await world.store.auditRecords(after: 0)
            let denied = try #require(records.last { $0.action == "access.denied" })
            #expect(denied.actor == role.rawValue && denied.subject == "POST /api/v1/scrier/connect")
        }
    }

    @Test func `tokens that are wrong, revoked or over prove nothing`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let good = client.tokens[.admin]!
            let other = RandomToken.make(.api)
            let forged = RandomToken(kind: .api, id: RandomToken(parsing: good)!.id, secret: other.secret).text
            for wrong in ["", "Bearer", "Basic \(good)", "Bearer \(other.text)", "Bearer \(forged)"] {
                let world = try await APIWorld()
                try await world.test { client in
                    let status1 = try await client.send(.get, "/api/v1/whoami", authorization: wrong).status
                    #expect(status1 == 401)
                }
            }
            let id = RandomToken(parsing: client.tokens[.viewer]!)!.id
            let status2 = try await client.send(.get, "/api/v1/whoami", as: .viewer).status
            #expect(status2 == 200)
            let status3 = try await client.send(.delete, "/api/v1/apitokens/\(id)").status
            #expect(status3 == 204)
            let status4 = try await client.send(.get, "/api/v1/whoami", as: .viewer).status
            #expect(status4 == 401)
            let made = try await client.send(
                .post,
                "/api/v1/apitokens",
                #"{"username": "admin", "name": "short", "expires_in_seconds": 1}"#
            )
            let token = try made.decode(APITokenCreated.self).token
            let status5 = try await client.send(.get, "/api/v1/whoami", authorization: "Bearer \(token)").status
            #expect(status5 == 200)
            try await Task.sleep(for: .milliseconds(1100))
            let status6 = try await client.send(.get, "/api/v1/whoami", authorization: "Bearer \(token)").status
            #expect(status6 == 401)
        }
    }

    @Test func `an administrator makes no token in another administrator's name`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let other = UserRecord(id: UUID(), username: "carol", role: .admin, createdAt: Date())
            try await world.store.createUser(other, audit: [])
            let refused = try await client.send(.post, "/api/v1/apitokens", #"{"username": "carol", "name": "x"}"#)
            #expect(refused.status == 403 && refused.error?.code == "another_administrator")
            #expect(try await world.store.apiTokens().allSatisfy { $0.user != other.id })
            for allowed in ["admin", "viewer"] {
                let body = #"{"username": "\#(allowed)", "name": "x"}"#
                let made = try await client.send(.post, "/api/v1/apitokens", body)
                #expect(made.status == 201)
            }
        }
    }

    @Test func `who guesses tokens is stopped`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for _ in 0..<5 {
                let guess = "Bearer \(RandomToken.make(.api).text)"
                let status7 = try await client.send(.get, "/api/v1/whoami", authorization: guess).status
                #expect(status7 == 401)
            }
            let guess = "Bearer \(RandomToken.make(.api).text)"
            let answer = try await client.send(.get, "/api/v1/whoami", authorization: guess)
            #expect(answer.status == 429 && answer.error?.code == "too_many_failures")
            let password = try await client.send(.get, "/api/v1/whoami", authorization: "Basic YWRtaW46YWRtaW4=")
            #expect(password.status == 429)
            // An operator behind the same address has a good token.
            let good = try await client.send(.get, "/api/v1/whoami")
            #expect(good.status == 200)
        }
    }

    @Test func `a deleted user's token proves nothing`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let status8 = try await client.send(.delete, "/api/v1/users/compliance").status
            #expect(status8 == 204)
            let status9 = try await client.send(.get, "/api/v1/whoami", as: .compliance).status
            #expect(status9 == 401)
        }
    }
}
