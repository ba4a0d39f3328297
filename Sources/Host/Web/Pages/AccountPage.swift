import Foundation
import Hummingbird
import Store

/// `/account`: who one is here, and where one is signed in. An administrator sees everybody's sign-ins.
struct AccountPage: Sendable {
    let sources: WebSources

    var page: WebPage { WebPage("/account", .signedIn, show) }

    @Sendable private func show(_ visit: WebVisit) async throws -> Response {
        let user: UserRecord? =
            if let id = visit.caller.user { try await sources.store.user(id) } else { nil }
        let logins = sources.logins.open()
            .filter { visit.visitor.isAdmin || $0.user == visit.caller.user }
            .sorted { $0.lastUsed > $1.lastUsed }
            .map { Row($0, visitor: visit.visitor) }
        return try visit.page(
            "account",
            titled: visit.caller.name,
            [
                "name": visit.caller.name, "role": visit.caller.role.rawValue,
                "fingerprint": user?.sshFingerprint, "since": user.map { Moment($0.createdAt) },
                "logins": logins, "hasLogins": !logins.isEmpty,
            ]
        )
    }

    private struct Row {
        let id: String
        let user: String
        let address: String
        let client: String
        let began: Moment
        let used: Moment
        let isCurrent: Bool

        init(_ login: Login, visitor: Visitor) {
            id = login.id
            user = login.username
            address = login.address
            client = BrowserName.of(login.client ?? "")
            began = Moment(login.createdAt)
            used = Moment(login.lastUsed)
            isCurrent = login.id == visitor.caller.login
        }
    }
}
