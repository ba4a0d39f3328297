import Store
import Trust

/// A user's public key becomes another one.
struct KeyChange: Sendable {
    let before: UserRecord
    let after: UserRecord
    let actor: String

    init(before: UserRecord, after: UserRecord, actor: String) {
        self.before = before
        self.after = after
        self.actor = actor
    }

    init(user: UserRecord, key: SSHPublicKey, isProved: Bool = false, actor: String) {
        before = user
        var changed = user
        changed.sshPublicKey = "\(key)"
        changed.sshFingerprint = key.fingerprint
        changed.isKeyProved = isProved
        after = changed
        self.actor = actor
    }

    /// Written with both fingerprints in the audit log.
    func apply(to store: Store) async throws {
        try await store.updateUser(after, audit: [event])
    }

    var event: AuditEvent {
        var details = [
            "user": before.username, "new": after.sshFingerprint ?? "", "proved": after.isKeyProved ? "yes" : "no",
        ]
        details["old"] = before.sshFingerprint
        let action = before.sshFingerprint == after.sshFingerprint ? AuditAction.userKeyProved : .userKeyChanged
        return AuditEvent(action, actor: actor, subject: before.id.lowercased, details: details)
    }
}
