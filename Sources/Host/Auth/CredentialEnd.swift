/// Why a credential is good no more.
package enum CredentialEnd: Sendable, Equatable {
    case revoked(by: String)
    case expired
    /// Found out afterwards: it ended while it was being used.
    case gone

    /// Follows the credential's name in a sentence.
    var words: String {
        switch self {
        case .revoked(let actor): "was revoked by \(actor)"
        case .expired: "has expired"
        case .gone: "is good no more"
        }
    }
}
