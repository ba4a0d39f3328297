import Foundation
import Hummingbird
import Store
import Testing
import Trust
import Wire

@testable import Host

@Suite struct LoginRoutesTests {
    @Test func `the right password gets a cookie that scripts and other sites cannot have`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let answer = try await client.signIn("viewer", "viewer-password")
            #expect(answer.status == 201)
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-vigo=vlg_"))
            for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
                #expect(cookie.contains(attribute))
            }
            #expect(!cookie.contains("Domain"))
            let browser = try await client.browser(.viewer)
            let who = try await browser.send(.get, "/api/v1/whoami").decode(WhoAmI.self)
            #expect(who == WhoAmI(username: "viewer", role: .viewer, via: "cookie"))
            let shown = try await browser.send(.get, "/api/v1/login").decode(LoginState.self)
            #expect(shown == browser.state && shown.csrfToken?.utf8.count == 43 && shown.idleSeconds == 1800)
            let record = try await world.store.auditRecords(after: 0).first { $0.action == "login.succeeded" }
            #expect(record?.actor == "viewer" && record?.details["role"] == "viewer")
        }
    }

    @Test func `an unknown user, a wrong password and a user without one get the same answer`() async throws {
        let world = try await APIWorld()
        world.vault["vigo/web/auth/compliance"] = nil
        world.vault["vigo/web/auth/gone"] = "gone-password"
        world.vault["vigo/web/auth/viewer"] = ""
        try await world.test { client in
            let attempts = [
                ("nobody", "x"), ("admin", "wrong"), ("compliance", "compliance-password"), ("gone", "gone-password"),
                ("viewer", ""), ("../../etc/passwd", "x"), ("", ""), ("admin ", "admin-password"),
                ("ADMIN", "admin-password"),
            ]
            var answers: Set<String> = []
            for (username, password) in attempts {
                let answer = try await client.signIn(username, password)
                #expect(answer.status == 401 && answer.error?.code == "wrong_credentials", "\(username)")
                #expect(answer.headers[.setCookie] == nil)
                answers.insert("\(answer.body) \(answer.headers.map(\.description).sorted())")
            }
            #expect(answers.count == 1)
            // And the vault had the same to do for each.
            #expect(world.vault.asked.count == attempts.count)
        }
    }

    @Test func `failed logins are recorded by names that exist, so that no mistyped password is`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            _ = try await client.signIn("admin", "wrong")
            _ = try await client.signIn("my-password-by-mistake", "admin")
            let failed = try await world.store.auditRecords(after: 0).filter { $0.action == "login.failed" }
            #expect(failed.map(\.actor) == ["admin", "somebody unknown"])
            // However many there are.
            for number in 0..<100 { _ = try await client.signIn("user\(number)", "x") }
            let all = try await world.store.auditRecords(after: 0).filter { $0.action == "login.failed" }
            #expect(all.count == RefusalRecords.Limits.strangers.perSource)
            let log = try await client.send(.get, "/api/v1/audit/export").body
            #expect(!log.contains("by-mistake") && !log.contains("wrong"))
        }
    }

    @Test func `guessing is slowed down, and the account's owner gets in from elsewhere`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for _ in 0..<3 {
                let status = try await client.signIn("admin", "guess").status
                #expect(status == 401)
            }
            let held = try await client.signIn("admin", "admin-password")
            #expect(held.status == 429 && held.headers[.retryAfter] != nil)
            let other = try await client.signIn("viewer", "viewer-password").status
            #expect(other == 201)
        }
    }

    @Test
    func
        `many requests at once with the right password are no guesses, and many guesses at once are no more than three`()
        async throws
    {
        let world = try await APIWorld()
        world.vault.pause(.milliseconds(20))
        try await world.test { client in
            func ask(_ count: Int, _ text: String) async throws -> [Int] {
                let authorization = "Basic " + Data(text.utf8).base64EncodedString()
                return try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            try await client.send(.get, "/api/v1/whoami", authorization: authorization).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(try await ask(16, "viewer:viewer-password") == Array(repeating: 200, count: 16))
            let guesses = try await ask(30, "viewer:guess")
            #expect(guesses.filter { $0 == 401 }.count == 3)
            #expect(guesses.filter { $0 == 429 }.count == 27)
        }
    }

    @Test func `without a vault a login is answered by a sentence, and nobody is slowed down for it`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for _ in 0..<6 {
                world.vault.fail(.unavailable, .unavailable)
                let answer = try await client.signIn("admin", "admin-password")
                #expect(answer.status == 503 && answer.error?.code == "vault_unavailable")
                #expect(answer.error?.message.contains("told to fail") == false)
            }
            let status = try await client.signIn("admin", "admin-password").status
            #expect(status == 201)
        }
    }

    @Test func `a worker that dies while a login waits is asked once more`() async throws {
        let world = try await APIWorld()
        world.vault.fail(.unavailable)
        try await world.test { client in
            let status = try await client.signIn("admin", "admin-password").status
            #expect(status == 201)
            #expect(world.vault.asked.count == 2)
        }
    }

    @Test func `signing in gives a new cookie, whatever the browser brought`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let planted = "__Host-vigo=\(RandomToken.make(.login).text)"
            let first = try await client.browser(.viewer, bringing: planted)
            #expect(first.cookie != planted)
            let second = try await client.browser(.admin, bringing: first.cookie)
            #expect(second.cookie != first.cookie && second.state.csrfToken != first.state.csrfToken)
            let old = try await first.send(.get, "/api/v1/whoami").status
            let new = try await second.send(.get, "/api/v1/whoami").status
            #expect(old == 401 && new == 200)
        }
    }

    @Test func `signing out ends the login and takes the cookie back`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let browser = try await client.browser(.viewer)
            let answer = try await browser.send(.post, "/api/v1/logout")
            #expect(answer.status == 204 && answer.headers[.setCookie]?.contains("Max-Age=0") == true)
            let after = try await browser.send(.get, "/api/v1/whoami").status
            #expect(after == 401)
            let token = try await client.send(.post, "/api/v1/logout").status
            #expect(token == 400)
            let ended = try await world.store.auditRecords(after: 0).last { $0.action == "login.ended" }
            #expect(ended?.actor == "viewer" && ended?.details["why"] == "signed out")
        }
    }

    @Test func `an administrator sees and ends everybody's logins, others their own`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let viewer = try await client.browser(.viewer)
            let compliance = try await client.browser(.compliance)
            let all = try await client.send(.get, "/api/v1/logins").decode(Items<LoginSummary>.self).items
            #expect(all.map(\.username) == ["viewer", "compliance"] && all.allSatisfy { !$0.isCurrent })
            let own = try await viewer.send(.get, "/api/v1/logins").decode(Items<LoginSummary>.self).items
            #expect(own.map(\.username) == ["viewer"] && own[0].isCurrent)
            let foreign = try await viewer.send(.delete, "/api/v1/logins/\(all[1].id)").status
            let foreignAll = try await viewer.send(.delete, "/api/v1/logins?username=compliance").status
            #expect(foreign == 404 && foreignAll == 204)
            let untouched = try await compliance.send(.get, "/api/v1/whoami").status
            #expect(untouched == 200)
            let ended = try await client.send(.delete, "/api/v1/logins/\(all[1].id)").status
            let over = try await compliance.send(.get, "/api/v1/whoami").status
            #expect(ended == 204 && over == 401)
            let everywhere = try await viewer.send(.delete, "/api/v1/logins").status
            let gone = try await viewer.send(.get, "/api/v1/whoami").status
            #expect(everywhere == 204 && gone == 401)
        }
    }

    @Test func `a login ends with the user, the role, and the password`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let ends: [(UserRole, @Sendable () async throws -> Void)] = [
                (.admin, { await world.epoch.grow(why: .set(SecretKey("vigo/web/auth/admin")!)) }),
                (
                    .admin,
                    {
                        world.vault["vigo/web/auth/admin"] = "another-password"
                        await world.epoch.grow(why: .backend)
                    }
                ),
                (.compliance, { _ = try await client.send(.put, "/api/v1/users/compliance", #"{"role": "viewer"}"#) }),
                (.viewer, { _ = try await client.send(.delete, "/api/v1/users/viewer") }),
            ]
            for (role, end) in ends {
                let browser = try await client.browser(role)
                let before = try await browser.send(.get, "/api/v1/whoami").status
                try await end()
                let after = try await browser.send(.get, "/api/v1/whoami").status
                #expect(before == 200 && after == 401)
            }
            let why = try await world.store.auditRecords(after: 0).filter { $0.action == "login.ended" }
                .compactMap { $0.details["why"] }
            #expect(
                why == [
                    "the password changed", "the password changed", "the role changed", "the user was deleted",
                ]
            )
        }
    }

    @Test func `what changed elsewhere ends nobody's login, nor does a vault that is away for a moment`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let browser = try await client.browser(.viewer)
            await world.epoch.grow(why: .set(SecretKey("app/database")!))
            await world.epoch.grow(why: .set(SecretKey("vigo/web/auth/admin")!))
            let same = try await browser.send(.get, "/api/v1/whoami").status
            #expect(same == 200)
            await world.epoch.grow(why: .backend)
            world.vault["vigo/web/auth/viewer"] = "another-password"
            world.vault.fail(.unavailable, .unavailable)
            let away = try await browser.send(.get, "/api/v1/whoami").status
            #expect(away == 200)
            let back = try await browser.send(.get, "/api/v1/whoami").status
            #expect(back == 401)
        }
    }

    @Test func `a session ends with the login that opened it, when somebody ends that`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let connect = #"{"envoy_id": "web3", "protocol": "echo", "port": 22}"#
            let browser = try await client.browser(.admin)
            let opened = try await browser.send(.post, "/api/v1/scrier/connect", connect).decode(ConnectResponse.self)
            let session = try #require(world.sessions.session(opened.sessionID))
            // Signing in again in the same browser is no sign of distrust.
            let again = try await client.browser(.admin, bringing: browser.cookie)
            #expect(world.sessions.count == 1)
            let other = try await again.send(.post, "/api/v1/scrier/connect", connect).decode(ConnectResponse.self)
            let second = try #require(world.sessions.session(other.sessionID))
            _ = try await again.send(.post, "/api/v1/logout")
            await second.finished()
            #expect(second.lifecycle.ending?.reason == "the login that opened the session is over: signed out")
            #expect(world.sessions.session(session.id) != nil)
        }
    }

    @Test func `a foreign page signs nobody in`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            for headers: HTTPFields in [
                [.origin: "https://evil.example"], [.origin: "null"], [.secFetchSite: "cross-site"],
            ] {
                let answer = try await client.signIn("admin", "admin-password", headers: headers)
                #expect(answer.status == 403 && answer.headers[.setCookie] == nil)
            }
            let own = try await client.signIn("admin", "admin-password", headers: [.origin: APIWorld.origin]).status
            #expect(own == 201)
        }
    }

    @Test func `a name and a password in the request itself do as well`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }
            let good = try await client.send(.get, "/api/v1/whoami", authorization: basic("viewer:viewer-password"))
            #expect(try good.decode(WhoAmI.self).via == "password")
            let denied = try await client.send(
                .delete,
                "/api/v1/users/admin",
                authorization: basic("viewer:viewer-password")
            )
            #expect(denied.status == 403)
            let wrong = try await client.send(.get, "/api/v1/whoami", authorization: basic("viewer:x"))
            // No browser may learn to send passwords by itself.
            #expect(wrong.status == 401 && wrong.headers[.wwwAuthenticate] == "Bearer")
            for nonsense in ["Basic", "Basic %%%", basic("viewer"), "Basic " + String(repeating: "A", count: 4000)] {
                let status = try await client.send(.get, "/api/v1/whoami", authorization: nonsense).status
                #expect(status == 401)
            }
        }
    }

    @Test func `cookies that are none, foreign, or two at once prove nothing and block nobody`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let browser = try await client.browser(.admin)
            let token = try #require(RandomToken(parsing: String(browser.cookie.dropFirst("__Host-vigo=".count))))
            let forged = RandomToken(kind: .login, id: token.id, secret: RandomToken.make(.login).secret).text
            let otherKind = RandomToken(kind: .api, id: token.id, secret: token.secret).text
            for wrong in [
                "__Host-vigo=", "__Host-vigo=x", "__Host-vigo=\(forged)", "__Host-vigo=\(otherKind)",
                "vigo=\(token.text)", "x__Host-vigo=\(token.text)", "\(browser.cookie); \(browser.cookie)",
            ] {
                let answer = try await client.send(.get, "/api/v1/whoami", as: nil, headers: [.cookie: wrong])
                #expect(answer.status == 401, "\(wrong)")
            }
            let among = try await client.send(
                .get,
                "/api/v1/whoami",
                as: nil,
                headers: [.cookie: "a=b; \(browser.cookie); theme=dark"]
            )
            #expect(among.status == 200)
        }
    }

    @Test func `a stranger learns of a broken vault no more than that something is broken`() async throws {
        let world = try await APIWorld()
        try await world.test { client in
            await world.watch.look()
            let well = try await client.send(.get, "/healthz", as: nil).body
            #expect(well == #"{"status":"ok"}"#)
            world.vault.become(.sealed)
            await world.watch.look()
            let broken = try await client.send(.get, "/healthz", as: nil)
            #expect(broken.status == 200 && broken.body == #"{"status":"degraded"}"#)
            let status = try await client.send(.get, "/api/v1/status", as: .viewer).decode(ServerStatus.self)
            #expect(status.vault?.state == "sealed" && status.vault?.explanation == "told to be")
        }
    }
}
