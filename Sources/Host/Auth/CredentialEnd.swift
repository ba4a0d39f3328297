/// Why a credential is good no more.
package enum CredentialEnd: Sendable, Equatable {
    case revoked(by: String)
    case expired
    /// Found out afterwards: it ended while it was being used.
    case gone
    /// Somebody ended the login that it was, for this reason.
    case loginEnded(String)

    /// What it was.
    var subject: String {
        if case .loginEnded = self { "the login" } else { "the API token" }
    }

    /// Follows the subject in a sentence.
    var words: String {
        switch self {
        case .revoked(let actor): "was revoked by \(actor)"
        case .expired: "has expired"
        case .gone: "is good no more"
        case .loginEnded(let why): "is over: \(why)"
        }
    }
}
