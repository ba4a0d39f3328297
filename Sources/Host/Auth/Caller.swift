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
    /// The id of the login that the cookie is of.
    package let login: String?
    /// When that token ends, where it does.
    package let expires: Date?

    package init(
        name: String,
        role: UserRole,
        user: UUID?,
        proof: Proof,
        token: String? = nil,
        login: String? = nil,
        expires: Date? = nil
    ) {
        self.name = name
        self.role = role
        self.user = user
        self.proof = proof
        self.token = token
        self.login = login
        self.expires = expires
    }

    /// What the caller proved itself with, by a name that is no secret.
    package var credential: String {
        token ?? login ?? (proof == .password ? Self.credential(passwordOf: name) : proof.rawValue)
    }

    package static func credential(passwordOf name: String) -> String { "\(Proof.password.rawValue) of \(name)" }

    /// How to say that it is good no more, where that is all that is known.
    var gone: CredentialEnd { login == nil ? .gone : .loginEnded("it ended in the meantime") }
}
