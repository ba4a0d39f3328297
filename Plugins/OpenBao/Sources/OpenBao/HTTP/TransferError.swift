/// Why there is no answer.
struct TransferError: Error, Equatable {
    enum Kind {
        /// No connection.
        case unreachable
        /// A certificate that cannot be believed.
        case untrusted
        case timedOut
        /// The connection ended in the middle.
        case cut
        case tooLarge
        /// That is no HTTP, or no TLS.
        case nonsense
    }

    var kind: Kind
    var message: String
    /// The server may have acted on it.
    var wasSent = false

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
