package import Trust

/// What became of a secret.
package enum SecretChange: Sendable, Equatable {
    case set(SecretKey)
    case deleted(SecretKey)
}

extension SecretsEpoch {
    /// So that envoys ask anew.
    @Sendable func grow(after change: SecretChange) async {
        switch change {
        case .set(let key): await grow(why: .set(key))
        case .deleted(let key): await grow(why: .deleted(key))
        }
    }
}
