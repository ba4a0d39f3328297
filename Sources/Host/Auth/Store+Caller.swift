import Foundation
import Store

extension Store {
    /// Whether what a caller showed a moment ago is still good. For whoever registers something that rests on it: a revocation
    /// in between has seen nothing to end.
    func isStillGood(_ caller: Caller, at now: Date = Date()) async throws -> Bool {
        guard let id = caller.token else {
            guard caller.proof == .password, let user = caller.user else { return true }
            return try await self.user(user)?.role.wire == caller.role
        }
        guard let (token, user) = try await apiToken(id) else { return false }
        return token.isGood(at: now) && user.role.wire == caller.role
    }
}
