/// What may happen, as the audit log calls it.
package enum AuditAction: String, Sendable, CaseIterable {
    case scrierConnect = "scrier.connect"
    case scrierDisconnect = "scrier.disconnect"
    case envoyEnrolled = "envoy.enrolled"
    case envoyRefused = "envoy.refused"
    case envoyTakeover = "envoy.takeover"
    case envoyRevoked = "envoy.revoked"
    case envoyApproved = "envoy.approved"
    case envoyDeleted = "envoy.deleted"
    case envoyRebootstrapped = "envoy.rebootstrapped"
    case envoyUpdated = "envoy.updated"
    case envoyCertificateRenewed = "envoy.certificate_renewed"
    case tokenCreated = "token.created"
    case tokenUsed = "token.used"
    case tokenRevoked = "token.revoked"
    case approvedAdded = "approved.added"
    case approvedRemoved = "approved.removed"
    case userCreated = "user.created"
    case userKeyChanged = "user.key_changed"
    case userKeyProved = "user.key_proved"
    case userRoleChanged = "user.role_changed"
    case userDeleted = "user.deleted"
    case apiTokenCreated = "apitoken.created"
    case apiTokenRevoked = "apitoken.revoked"
    case scrierWatchStarted = "scrier.watch_started"
    case scrierWatchEnded = "scrier.watch_ended"
    case recordingFinished = "recording.finished"
    case recordingBypassed = "recording.bypassed"
    case recordingDeleted = "recording.deleted"
    case recordingViewed = "recording.viewed"
    case recordingSearched = "recording.searched"
    case accessDenied = "access.denied"
    case refusalsLeftOut = "audit.left_out"
    case loginSucceeded = "login.succeeded"
    case loginFailed = "login.failed"
    case loginEnded = "login.ended"
    case secretEntitlementDenied = "secret.entitlement_denied"
    case secretEpochResolved = "secret.epoch_resolved"
    case vaultUnavailable = "vault.unavailable"
    case vaultOpened = "vault.opened"
    case secretAccessed = "secret_accessed"
    case secretSet = "secret.set"
    case secretDeleted = "secret.deleted"
    case secretResealed = "secret.resealed"
    case serverStarted = "server.started"
    case serverStopped = "server.stopped"
}

/// Something to write down: who did what to whom. Details are names and numbers, never secrets.
package struct AuditEvent: Sendable, Equatable {
    package let action: AuditAction
    package let actor: String
    package let subject: String
    package let details: [String: String]

    package init(_ action: AuditAction, actor: String, subject: String, details: [String: String] = [:]) {
        self.action = action
        self.actor = actor
        self.subject = subject
        self.details = details
    }
}
