import Store
import Trust

/// A user's public key becomes another one, or is proved.
struct KeyChange: Sendable {
    let key: SSHPublicKey
    var isProved = false
    /// A key without proof does not push out one with.
    var sparesProvedKey = false
    let actor: String

    /// Changes the user as they are by now; nothing where it is so already.
    /// - Returns: what the audit log says of it, with both fingerprints.
    func apply(to user: inout UserRecord) -> [AuditEvent] {
        let before = user
        if before.sshFingerprint == key.fingerprint {
            guard isProved, !before.isKeyProved else { return [] }
        } else if sparesProvedKey, before.isKeyProved, !isProved {
            return []
        }
        user.sshPublicKey = "\(key)"
        user.sshFingerprint = key.fingerprint
        user.isKeyProved = isProved
        var details = ["user": user.username, "new": key.fingerprint, "proved": isProved ? "yes" : "no"]
        details["old"] = before.sshFingerprint
        let action = before.sshFingerprint == key.fingerprint ? AuditAction.userKeyProved : .userKeyChanged
        return [AuditEvent(action, actor: actor, subject: user.id.lowercased, details: details)]
    }
}
