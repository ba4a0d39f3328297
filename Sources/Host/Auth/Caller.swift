package import Foundation
package import Wire

/// Who makes a request, once that has been proved.
package struct Caller: Sendable, Equatable {
    package enum Proof: String, Sendable {
        case token
        /// A name and a password with the request itself.
        case password
        /// Signed in with a browser.
        case cookie
        /// Root on the server's own machine.
        case adminSocket = "admin-socket"
    }

    /// For the audit log: a user's name, or the login name behind the admin socket.
    package let name: String
    package let role: UserRole
    /// Nil for somebody on the admin socket who is no user of the server.
    package let user: UUID?
    package let proof: Proof
    /// The id of the API token that proved it; nil for other proofs.
    package let token: String?
    /// When that token ends, where it does.
    package let expires: Date?
    /// The login that the cookie is of.
    package let login: String?

    package init(
        name: String,
        role: UserRole,
        user: UUID?,
        proof: Proof,
        token: String? = nil,
        expires: Date? = nil,
        login: String? = nil
    ) {
        self.name = name
        self.role = role
        self.user = user
        self.proof = proof
        self.token = token
        self.expires = expires
        self.login = login
    }

    /// What the caller proved itself with, by a name that is no secret.
    package var credential: String { token ?? proof.rawValue }
}
