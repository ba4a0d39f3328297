/// What the agent asks of its helper, one request a process.
package enum HelperRequest: Codable, Sendable {
    case install(Install)
    case strip(Strip)
    case sweep(Sweep)

    package struct Install: Codable, Sendable {
        package let operatorKey: AuthorizedKey
        /// The one user to look at, where the operator chose.
        package let login: String?
        package let ephemeralKey: String
        package let envoy: String
        package let session: String
        package let seconds: Int
        /// A directory of the agent's own for lock files.
        package let locks: String
    }

    package struct Strip: Codable, Sendable {
        package let user: String
        package let session: String
        package let locks: String
    }

    package struct Sweep: Codable, Sendable {
        package let envoy: String
        package let keeping: Set<String>
        /// Nil for everybody.
        package let users: [String]?
        package let locks: String
    }
}
