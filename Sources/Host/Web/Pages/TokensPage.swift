import Foundation
import Hummingbird
import Store
import Wire

/// `/tokens`: what lets machines in, and programs. Who may change nothing sees the first kind only, as in the REST API.
struct TokensPage: Sendable {
    let sources: WebSources

    var page: WebPage { WebPage("/tokens", .signedIn, list) }

    @Sendable private func list(_ visit: WebVisit) async throws -> Response {
        let now = Date()
        let tokens = try await sources.store.enrollmentTokens().sorted { $0.createdAt > $1.createdAt }
        let patterns = try await sources.store.approvedPatterns()
        let users = try await sources.store.users()
        let names = Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0.username) })
        let apiTokens = visit.visitor.isAdmin ? try await sources.store.apiTokens() : []
        let enrollment = tokens.map { Enrollment($0, now: now) }.filter { $0.isUsable || visit.query("all") != nil }
        return try visit.page(
            "tokens",
            titled: "Tokens",
            [
                "enrollment": enrollment, "hasEnrollment": !enrollment.isEmpty,
                "spent": tokens.count { !$0.isGood(at: now) }, "hasSpent": tokens.contains { !$0.isGood(at: now) },
                "isAll": visit.query("all") != nil,
                "patterns": patterns.map(Pattern.init), "hasPatterns": !patterns.isEmpty,
                "api": apiTokens.sorted { $0.createdAt > $1.createdAt }
                    .map { API($0, owner: names[$0.user] ?? "", now: now) },
                "hasAPI": !apiTokens.isEmpty, "users": users.map(\.username), "publicURL": sources.publicURL,
                "self": visit.caller.name,
            ]
        )
    }

    private struct Enrollment {
        let id: String
        let pattern: String
        let created: Moment
        let by: String
        let end: Moment?
        let state: String
        let stateName: String
        let isUsable: Bool

        init(_ token: EnrollmentTokenRecord, now: Date) {
            id = token.id
            pattern = token.pattern
            created = Moment(token.createdAt, now: now)
            by = token.createdBy ?? ""
            end = token.expiresAt.map { Moment($0, now: now) }
            isUsable = token.isGood(at: now)
            (stateName, state) =
                if token.usedAt != nil { ("over", "Used") } else if token.revokedAt != nil {
                    ("over", "Revoked")
                } else if isUsable {
                    ("good", "Usable once")
                } else { ("over", "Expired") }
        }
    }

    private struct Pattern {
        let pattern: String
        let created: Moment
        let by: String

        init(_ record: ApprovedPatternRecord) {
            pattern = record.pattern
            created = Moment(record.createdAt)
            by = record.createdBy ?? ""
        }
    }

    private struct API {
        let id: String
        let name: String
        let owner: String
        let created: Moment
        let used: Moment?
        let end: Moment?
        let state: String
        let stateName: String
        let isUsable: Bool

        init(_ token: APITokenRecord, owner: String, now: Date) {
            id = token.id
            name = token.name
            self.owner = owner
            created = Moment(token.createdAt, now: now)
            used = token.lastUsed.map { Moment($0, now: now) }
            end = token.expiresAt.map { Moment($0, now: now) }
            isUsable = token.isGood(at: now)
            (stateName, state) = isUsable ? ("good", "Good") : ("over", token.revokedAt == nil ? "Expired" : "Revoked")
        }
    }
}
