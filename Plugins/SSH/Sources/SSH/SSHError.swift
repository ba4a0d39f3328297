/// What an SSH library can complain about, whichever library it is.
struct SSHError: Error, Equatable {
    enum Kind {
        /// The connection ended.
        case disconnected
        /// The two sides have no algorithm in common.
        case noCommonAlgorithm
        /// The server could not prove that it holds its host key.
        case hostKeyUnproved
        case authenticationRefused
        /// The private key could not be read or used.
        case unusableKey
        /// The server said no to a channel or to a request on it.
        case requestDenied
        case timedOut
        case other
    }

    var kind: Kind
    /// The library's words.
    var message: String
}
