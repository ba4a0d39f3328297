/// What became of a request, with remarks for the agent's log.
package struct HelperAnswer: Codable, Sendable {
    package enum Outcome: Codable, Sendable, Equatable {
        case installed(user: String)
        case notAuthorized
        /// Files changed.
        case done(Int)
        case failed(String)
    }

    package var outcome: Outcome
    package var remarks: [String] = []
}
