import Foundation
import Wire

/// Somebody who signed in with a browser.
struct Login: Sendable {
    /// May be shown; the secret beside it in the cookie may not.
    let id: String
    /// SHA-256 of the cookie's secret: whoever reads this memory cannot use it.
    let hash: String
    let user: UUID
    let username: String
    let role: UserRole
    let address: String
    /// What the browser calls itself, shortened.
    let client: String?
    let createdAt: Date
    var lastUsed: Date
    /// The password that it began with, and the epoch up to which that is known to be the user's still.
    let mark: PasswordMark
    var epoch: UInt64
}

/// Why a login is over, as the audit log says it.
enum LoginEnd: Sendable, Equatable {
    case signedOut
    /// The same browser signed in again.
    case replaced
    case idle
    case old
    case tooMany
    case passwordChanged
    case roleChanged
    case userDeleted
    case ended(by: String)

    var sentence: String {
        switch self {
        case .signedOut: "signed out"
        case .replaced: "signed in again"
        case .idle: "was idle for too long"
        case .old: "lasted as long as a login may"
        case .tooMany: "the user signed in elsewhere too often"
        case .passwordChanged: "the password changed"
        case .roleChanged: "the role changed"
        case .userDeleted: "the user was deleted"
        case .ended(let actor): "ended by \(actor)"
        }
    }

    /// Whether the sessions that it opened end with it. Time that runs out does not cut a terminal in mid-work: it was opened by
    /// rights, and nobody has taken them away.
    var takesSessions: Bool { self != .idle && self != .old && self != .replaced && self != .tooMany }
}
