import Trust
import Wire

/// Decides whether an operator has shown that a public key is theirs. Holding an API token says who somebody is; whose
/// account on an envoy they may use is said by a key, and public keys are public.
struct KeyPossession: Sendable {
    let challenges: KeyChallenges
    /// `scrier.require_key_proof`.
    let isRequired: Bool

    /// A challenge that was answered is used up, whatever comes of the rest of the request.
    func isFresh(_ proof: KeyProof, by caller: Caller) -> Bool {
        challenges.redeem(proof.challenge, by: caller)
    }

    /// Whether the key is proved. A proof that does not hold is refused, also where none was needed.
    func check(_ proof: KeyProof?, isFresh: Bool, of key: SSHPublicKey?, by caller: Caller) throws(SessionRefusal)
        -> Bool
    {
        guard let proof else { return false }
        guard isFresh else {
            throw .wrong("its challenge is used up, too old, or somebody else's")
        }
        guard let key else { throw .wrong("there is no key that it could be of") }
        let signature: SSHSignature
        do { signature = try SSHSignature(armored: proof.signature) } catch { throw .wrong("\(error)") }
        guard signature.key == key else { throw .wrong("it is of another key, \(signature.key.fingerprint)") }
        let message = ConnectProof.message(challenge: proof.challenge, credential: caller.credential)
        guard signature.isValid(for: message, namespace: ConnectProof.namespace) else {
            throw .wrong("the signature does not hold")
        }
        return true
    }

    func insist(on key: SSHPublicKey) throws(SessionRefusal) {
        guard isRequired else { return }
        throw SessionRefusal(
            .keyProofNeeded,
            "this server wants proof that the key \(key.fingerprint) is yours (scrier.require_key_proof): "
                + "load it into an ssh-agent (ssh-add) where vigocli runs, and connect again by "
                + "\"vigocli scrier ssh\" or with --ssh-key-file"
        )
    }
}

extension SessionRefusal {
    fileprivate static func wrong(_ reason: String) -> SessionRefusal {
        SessionRefusal(.keyProofInvalid, "the proof that the key is yours is wrong: \(reason); connect again")
    }
}
