import Foundation
import Testing
import Trust
import Wire

@testable import Host

@Suite struct LoginTableTests {
    private static let marks = PasswordMark.Maker()
    private func at(_ seconds: TimeInterval) -> Date { Date(timeIntervalSince1970: seconds) }

    private func login(_ cookie: RandomToken, user: UUID = UUID(), at seconds: TimeInterval = 0) -> Login {
        Login(
            id: cookie.id,
            hash: TokenHash.sha256(cookie.secret),
            user: user,
            username: "dan",
            role: .admin,
            address: "10.0.0.1",
            client: nil,
            createdAt: at(seconds),
            lastUsed: at(seconds),
            mark: Self.marks.mark(Secret("pw")),
            epoch: 1
        )
    }

    @Test func `use keeps it from idling, and nothing keeps it from growing old`() {
        var table = LoginTable(idle: 100, lifetime: 1000)
        let cookie = RandomToken.make(.login)
        _ = table.insert(login(cookie))
        for second in stride(from: 90.0, to: 1000, by: 90) { #expect(table.find(cookie, at: at(second)) != nil) }
        #expect(table.find(cookie, at: at(1000)) == nil)
        #expect(table.expire(at: at(1000)).map(\.why) == [.old])
    }

    @Test func `one that nobody uses ends`() {
        var table = LoginTable(idle: 100, lifetime: 1000)
        let cookie = RandomToken.make(.login)
        _ = table.insert(login(cookie))
        #expect(table.isOpen(cookie.id, at: at(99)) && !table.isOpen(cookie.id, at: at(100)))
        #expect(table.find(cookie, at: at(100)) == nil)
        #expect(table.expire(at: at(100)).map(\.why) == [.idle])
        #expect(table.find(cookie, at: at(1)) == nil)
    }

    @Test func `its name without its secret opens nothing, and neither is kept as it is`() {
        var table = LoginTable(idle: 100, lifetime: 1000)
        let cookie = RandomToken.make(.login)
        let kept = login(cookie)
        _ = table.insert(kept)
        #expect(table.find(RandomToken(kind: .login, id: cookie.id, secret: Secret("x")), at: at(1)) == nil)
        #expect(table.find(RandomToken(kind: .ticket, id: cookie.id, secret: cookie.secret), at: at(1)) == nil)
        let secret = cookie.secret.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(!"\(kept)".contains(secret))
    }

    @Test func `the oldest of too many goes`() {
        var table = LoginTable(idle: 1000, lifetime: 1000)
        let user = UUID()
        let cookies = (0...LoginTable.perUser).map { _ in RandomToken.make(.login) }
        var ended: [LoginTable.Ended] = []
        for (index, cookie) in cookies.enumerated() {
            ended += table.insert(login(cookie, user: user, at: TimeInterval(index)))
        }
        #expect(ended.map(\.login.id) == [cookies[0].id] && ended[0].why == .tooMany)
        #expect(table.open(at: at(60)).count == LoginTable.perUser)
    }

    @Test func `marks of passwords are equal when the passwords are, within one run`() {
        #expect(Self.marks.mark(Secret("a")) == Self.marks.mark(Secret("a")))
        #expect(Self.marks.mark(Secret("a")) != Self.marks.mark(Secret("a\n")))
        #expect(Self.marks.mark(Secret("a")) != PasswordMark.Maker().mark(Secret("a")))
        #expect(Self.marks.decoy() != Self.marks.decoy())
    }
}
