import Foundation
import Store
import Trust
package import Wire

/// One-time tokens and approved patterns.
extension EnrollmentRoutes {
    private static let defaultValidity = 24 * 3600
    private static let longestValidity = 30 * 24 * 3600

    package func tokens() async throws -> Items<EnrollmentTokenSummary> {
        Items(try await enrollment.store.enrollmentTokens().map(summary))
    }

    package func generateToken(_ request: EnrollmentTokenCreate, actor: String) async throws -> EnrollmentTokenCreated {
        guard let pattern = HostnamePattern(request.pattern) else { throw RouteRefusal.pattern }
        let seconds = request.expiresInSeconds ?? Self.defaultValidity
        guard (60...Self.longestValidity).contains(seconds) else {
            throw RouteRefusal(400, "invalid_expiry", "expires_in_seconds is from 60 to \(Self.longestValidity)")
        }
        let made = try await enrollment.generateToken(for: pattern, validity: .seconds(seconds), by: actor)
        return EnrollmentTokenCreated(token: made.text, summary: summary(made.token))
    }

    package func revokeToken(_ id: String, actor: String) async throws {
        try await refusing { try await enrollment.revokeToken(id, by: actor) }
    }

    package func approvedPatterns() async throws -> Items<ApprovedPatternSummary> {
        Items(try await enrollment.store.approvedPatterns().map(summary))
    }

    package func approvePattern(_ request: ApprovedPatternCreate, actor: String) async throws -> ApprovedPatternSummary
    {
        guard let pattern = HostnamePattern(request.pattern) else { throw RouteRefusal.pattern }
        return summary(try await refusing { try await enrollment.approvePattern(pattern, by: actor) })
    }

    package func removeApprovedPattern(_ pattern: String, actor: String) async throws {
        try await refusing { try await enrollment.removeApprovedPattern(pattern.lowercased(), by: actor) }
    }

    private func refusing<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch StoreError.notFound(let sentence) {
            throw RouteRefusal(404, "not_found", sentence)
        } catch StoreError.conflict(let sentence) {
            throw RouteRefusal(409, "conflict", sentence)
        }
    }

    private func summary(_ pattern: ApprovedPatternRecord) -> ApprovedPatternSummary {
        ApprovedPatternSummary(pattern: pattern.pattern, createdAt: pattern.createdAt, createdBy: pattern.createdBy)
    }

    private func summary(_ token: EnrollmentTokenRecord) -> EnrollmentTokenSummary {
        EnrollmentTokenSummary(
            id: token.id,
            pattern: token.pattern,
            createdAt: token.createdAt,
            createdBy: token.createdBy,
            expiresAt: token.expiresAt,
            usedAt: token.usedAt,
            usedBy: token.usedBy,
            revokedAt: token.revokedAt
        )
    }
}
