import Foundation
import Store

/// What the audit log gets of failed logins: some in each hour in full, the rest as a number. Nobody can fill the disk with them.
struct FailedLogins {
    static let recorded = 60
    private static let window: TimeInterval = 3600

    private var start = Date.distantPast
    private var count = 0
    private var left = 0

    /// The record of one; nil where it is only counted.
    mutating func record(_ user: String?, from address: String, at now: Date) -> AuditEvent? {
        if now.timeIntervalSince(start) >= Self.window {
            start = now
            count = 0
        }
        count += 1
        guard count <= Self.recorded else {
            left += 1
            return nil
        }
        // People type passwords where the name belongs: only names that exist are written down.
        return event(user ?? "somebody unknown", ["address": address])
    }

    /// What became of the rest, once their hour is over.
    mutating func summary(at now: Date) -> AuditEvent? {
        guard left > 0, now.timeIntervalSince(start) >= Self.window else { return nil }
        return event("several", [:])
    }

    private mutating func event(_ actor: String, _ details: [String: String]) -> AuditEvent {
        var details = details
        if left > 0 { details["not_recorded_before"] = "\(left)" }
        left = 0
        return AuditEvent(.loginFailed, actor: actor, subject: "password", details: details)
    }
}
