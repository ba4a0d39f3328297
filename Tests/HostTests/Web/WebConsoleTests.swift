import Foundation
import HTTPTypes
import Store
import Testing
import Wire

@testable import Host

@Suite struct WebConsoleTests {
    private static let lists = ["/envoys", "/sessions", "/users", "/tokens", "/plugins", "/audit", "/account"]

    @Test func `who has not signed in is sent to do so, and then to where they wanted`() async throws {
        let world = try await WebWorld()
        for path in Self.lists {
            let page = try await world.get(path, as: nil)
            #expect(page.status == 303 && page.headers[.location] == "/login?next=\(path)")
        }
        let page = try await world.get("/audit?q=dan&kind=token", as: nil)
        #expect(page.headers[.location] == "/login?next=/audit%3Fq%3Ddan%26kind%3Dtoken")
        #expect(try await world.get("/login?next=/audit%3Fq%3Ddan").headers[.location] == "/audit?q=dan")
        let signIn = try await world.get("/login?next=/audit", as: nil)
        #expect(signIn.status == 200 && signIn.body.contains("data-next=\"/audit\""))
        #expect(try await world.get("/login?next=//evil.example", as: nil).body.contains("data-next=\"/envoys\""))
    }

    @Test(arguments: UserRole.allCases)
    func `each role gets its pages, is told which are not, and that is on record`(role: UserRole) async throws {
        let world = try await WebWorld()
        let forbidden = role == .admin ? [] : ["/users", "/scrier/web3"] + (role == .viewer ? ["/recordings"] : [])
        for path in Self.lists + ["/envoys/web3", "/scrier/web3", "/recordings"] {
            let page = try await world.get(path, as: role)
            // There is no plugin for terminals here, which an administrator is told.
            let expected = forbidden.contains(path) ? 403 : path == "/scrier/web3" ? 404 : 200
            #expect(page.status == expected, "\(path): \(page.body)")
        }
        let denied = try await world.store.auditRecords(after: 0).filter { $0.action == "access.denied" }
        #expect(denied.map(\.subject) == forbidden.map { "GET \($0)" })
        #expect(denied.allSatisfy { $0.actor == "some-\(role.rawValue)" })
    }

    @Test(arguments: [UserRole.viewer, .compliance])
    func `who may change nothing sees nothing to change it with`(role: UserRole) async throws {
        let world = try await WebWorld()
        for path in Self.lists + ["/envoys/web3"] where path != "/users" {
            let page = try await world.get(path, as: role)
            for mark in ["data-call=", "data-send=", "data-dialog=", "/scrier/web3", "href=\"/users\""] {
                #expect(!page.body.contains(mark), "\(path) as \(role) has \(mark)")
            }
        }
        #expect(try await world.get("/envoys/web3").body.contains("data-call="))
    }

    @Test func `every page carries its policy, and none may be kept`() async throws {
        let world = try await WebWorld()
        for path in Self.lists + ["/login", "/nothing"] {
            let page = try await world.get(path, as: path == "/login" ? nil : .admin)
            let policy = try #require(page.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
            #expect(page.headers[.cacheControl] == "no-store" && page.headers[.xContentTypeOptions] == "nosniff")
            #expect(page.headers[.referrerPolicy] == "no-referrer" && page.headers[.strictTransportSecurity] == nil)
            #expect(!page.body.contains("<style") && !page.body.contains(" style=") && !page.body.contains(" onclick="))
            #expect(!page.body.contains("<script>"), "\(path) has an inline script")
        }
        let strict = try await WebWorld(isStrictTransport: true)
        #expect(try await strict.get("/envoys").headers[.strictTransportSecurity] != nil)
    }

    @Test func `an address that leads nowhere is a page for people and JSON for programs`() async throws {
        let world = try await WebWorld()
        let page = try await world.get("/nothing-here")
        #expect(page.status == 404 && page.body.contains("There is no page at this address."))
        #expect(try await world.get("/nothing-here", as: nil).headers[.location] == "/login")
        #expect(try await world.get("/envoys/absent").status == 404)
        #expect(try await world.get("/sessions/\(UUID())").status == 404)
    }

    @Test func `names that others chose stay text`() async throws {
        // A quotation mark that wears an accent is one character to Swift, and still ends an attribute.
        let hostname = "\"\u{301}><img src=x onerror=alert(1)>"
        let world = try await WebWorld(hostname: hostname)
        for path in ["/envoys", "/envoys/\(world.envoy)", "/envoys?q=%22%CC%81%3E%3Cscript%3E"] {
            let page = try await world.get(path)
            #expect(!page.body.contains("<img") && !page.body.contains("<script>"))
            #expect(!page.body.unicodeScalars.split(separator: "\u{301}").dropLast().contains { $0.last == "\"" })
        }
    }

    @Test func `lists are searched, and say so when nothing matches`() async throws {
        let world = try await WebWorld()
        #expect(try await world.get("/envoys?q=web").body.contains("web3"))
        let empty = try await world.get("/envoys?q=nowhere").body
        #expect(empty.contains("No envoy matches") && !empty.contains("<b>web3</b>"))
        #expect(try await world.get("/envoys?status=offline").body.contains("<b>web3</b>"))
        #expect(!(try await world.get("/envoys?status=connected").body.contains("<b>web3</b>")))
        try await world.store.append([
            AuditEvent(.tokenCreated, actor: "dan", subject: "t1", details: ["pattern": "a%b"])
        ])
        #expect(try await world.get("/audit?q=a%25b").body.contains("token.created"))
        #expect(try await world.get("/audit?kind=envoy").body.contains("No record matches"))
    }

    @Test func `a cookie opens pages, which carry the token that changes by it need`() async throws {
        let world = try await WebWorld()
        let (cookie, login) = try await world.cookie(.viewer)
        let page = try await world.get("/envoys", as: nil, headers: [.cookie: cookie])
        #expect(page.status == 200)
        #expect(page.body.contains("<meta name=\"vigo-csrf\" content=\"\(world.web.csrf.token(for: login.id))\">"))
        let account = try await world.get("/account", as: nil, headers: [.cookie: cookie])
        #expect(account.body.contains("Firefox on Linux") && account.body.contains("this browser"))
        #expect(try await world.get("/users", as: nil, headers: [.cookie: cookie]).status == 403)
        #expect(try await world.get("/envoys", as: nil, headers: [.cookie: cookie + "x"]).status == 303)
        _ = await world.web.logins.end(login.id, .signedOut) { _ in true }
        #expect(try await world.get("/envoys", as: nil, headers: [.cookie: cookie]).status == 303)
    }

    @Test func `a page that brings itself up to date keeps nobody signed in`() async throws {
        let world = try await WebWorld()
        let (cookie, login) = try await world.cookie(.viewer, at: Date(timeIntervalSinceNow: -60))
        let used = { world.web.logins.open().first { $0.id == login.id }?.lastUsed }
        let background: HTTPFields = [.cookie: cookie, .vigoBackground: "1"]
        #expect(try await world.get("/envoys", as: nil, headers: background).status == 200)
        #expect(used() == login.lastUsed)
        #expect(try await world.get("/envoys", as: nil, headers: [.cookie: cookie]).status == 200)
        #expect(try #require(used()) > login.lastUsed)
    }

    @Test func `the theme that was chosen is in the page from the start`() async throws {
        let world = try await WebWorld()
        #expect(
            try await world.get("/envoys", headers: [.cookie: "vigo-theme=dark"]).body.contains("data-theme=\"dark\"")
        )
        #expect(!(try await world.get("/envoys", headers: [.cookie: "vigo-theme=\"><x"]).body.contains("data-theme=")))
    }
}
