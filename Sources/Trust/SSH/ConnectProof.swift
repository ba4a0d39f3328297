/// What an operator's key signs to show, once, that it is the operator's.
package enum ConnectProof {
    /// Of the SSH signature.
    package static let namespace = "vigo-scrier-connect"

    /// How root on the server's own machine is called in place of an API token's id.
    package static let adminSocket = "admin-socket"

    /// - Parameters:
    ///   - challenge: the server's.
    ///   - credential: the id of the API token that asked for the challenge. It is in what is signed so that a server that
    ///     somebody was lured to cannot pass another server's challenge on, and use the answer there.
    package static func message(challenge: String, credential: String) -> [UInt8] {
        Array("\(namespace)\nchallenge \(challenge)\ncredential \(credential)\n".utf8)
    }
}
