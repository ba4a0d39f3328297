/// `POST /api/v1/scrier/challenge`: what to sign, once, to show that a public key is one's own.
package struct KeyChallenge: Codable, Sendable, Equatable {
    package var challenge: String
    package var expiresInSeconds: Int

    package init(challenge: String, expiresInSeconds: Int) {
        self.challenge = challenge
        self.expiresInSeconds = expiresInSeconds
    }

    private enum CodingKeys: String, CodingKey {
        case challenge
        case expiresInSeconds = "expires_in_seconds"
    }
}

/// Shows that the operator holds the private half of a connect's public key.
package struct KeyProof: Codable, Sendable, Equatable {
    package var challenge: String
    /// As `ssh-keygen -Y sign -n vigo-scrier-connect` prints it.
    package var signature: String

    package init(challenge: String, signature: String) {
        self.challenge = challenge
        self.signature = signature
    }
}
