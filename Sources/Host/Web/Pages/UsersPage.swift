import Hummingbird
import Store
import Wire

/// `/users`.
struct UsersPage: Sendable {
    let sources: WebSources

    var page: WebPage { WebPage("/users", .roles([.admin]), list) }

    @Sendable private func list(_ visit: WebVisit) async throws -> Response {
        let users = try await sources.store.users()
        let words = visit.query("q")?.lowercased() ?? ""
        let rows = users.map { Row($0, isSelf: $0.id == visit.caller.user) }
            .filter { words.isEmpty || "\($0.name) \($0.role) \($0.fingerprint)".lowercased().contains(words) }
        return try visit.page(
            "users",
            titled: "Users",
            [
                "rows": rows, "hasRows": !rows.isEmpty, "isEmpty": users.isEmpty, "query": visit.query("q") ?? "",
                "searchLabel": "Search users",
                "roles": UserRole.allCases.map(\.rawValue),
            ]
        )
    }

    private struct Row {
        let id: String
        let name: String
        let role: String
        let fingerprint: String
        let hasKey: Bool
        let created: Moment
        let isSelf: Bool

        init(_ user: UserRecord, isSelf: Bool) {
            id = user.id.lowercased
            name = user.username
            role = user.role.rawValue
            fingerprint = user.sshFingerprint ?? ""
            hasKey = user.sshFingerprint != nil
            created = Moment(user.createdAt)
            self.isSelf = isSelf
        }
    }
}
