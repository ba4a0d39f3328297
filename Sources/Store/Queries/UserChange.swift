/// A user before and after a change, and what the change took along.
package struct UserChange: Sendable {
    package let before: UserRecord
    package let after: UserRecord
    /// The ids of the API tokens that are good no more.
    package let revokedTokens: [String]

    package var isOfRole: Bool { before.role != after.role }
}
