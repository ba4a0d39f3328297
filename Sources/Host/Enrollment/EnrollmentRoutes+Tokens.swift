import Foundation
import Trust
package import Wire

/// One-time tokens and approved patterns.
extension EnrollmentRoutes {
    private static let defaultValidity = 24 * 3600
    private static let longestValidity = 30 * 24 * 3600

    package func tokens() async throws -> Items<EnrollmentTokenSummary> {
        let tokens = try await enrollment.records.enrollmentTokens()
        return Items(tokens.sorted { $0.createdAt < $1.createdAt }.map(summary))
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
        guard try await enrollment.revokeToken(id, by: actor) else {
            throw RouteRefusal(404, "no_such_token", "no enrollment token has this id")
        }
    }

    package func approvedPatterns() async throws -> Items<ApprovedPatternSummary> {
        let patterns = try await enrollment.records.approvedPatterns()
        return Items(patterns.map { ApprovedPatternSummary(pattern: $0.pattern.text, createdAt: $0.createdAt) })
    }

    package func approvePattern(_ request: ApprovedPatternCreate, actor: String) async throws -> ApprovedPatternSummary
    {
        guard let pattern = HostnamePattern(request.pattern) else { throw RouteRefusal.pattern }
        let approved = try await enrollment.approvePattern(pattern, by: actor)
        return ApprovedPatternSummary(pattern: approved.pattern.text, createdAt: approved.createdAt)
    }

    package func removeApprovedPattern(_ pattern: String, actor: String) async throws {
        guard try await enrollment.removeApprovedPattern(pattern.lowercased(), by: actor) else {
            throw RouteRefusal(404, "no_such_pattern", "this pattern is not approved")
        }
    }

    private func summary(_ token: EnrollmentToken) -> EnrollmentTokenSummary {
        EnrollmentTokenSummary(
            id: token.id,
            pattern: token.pattern.text,
            createdAt: token.createdAt,
            expiresAt: token.expiresAt,
            usedAt: token.usedAt,
            usedBy: token.usedBy
        )
    }
}
