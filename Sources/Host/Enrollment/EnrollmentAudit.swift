import Foundation
import Store

/// What enrollments leave in the audit log.
enum EnrollmentAudit {
    static func enrolled(
        _ envoy: EnvoyRecord,
        _ method: EnrollmentPolicy.Method,
        token: String?,
        replaced: UUID?,
        source: String
    ) -> [AuditEvent] {
        let actor = "source:\(source)"
        var details = ["hostname": envoy.hostname, "method": method.rawValue, "source": source]
        details["serial"] = envoy.certificateSerial
        var notes = [AuditEvent(.envoyEnrolled, actor: actor, subject: envoy.id.lowercased, details: details)]
        if let token {
            notes.append(AuditEvent(.tokenUsed, actor: actor, subject: token, details: ["envoy": envoy.id.lowercased]))
        }
        if let replaced { notes += takeover(of: replaced, by: envoy, actor: actor) }
        return notes
    }

    static func takeover(of replaced: UUID, by envoy: EnvoyRecord, actor: String) -> [AuditEvent] {
        let details = ["hostname": envoy.hostname, "by": envoy.id.lowercased]
        return [
            AuditEvent(.envoyTakeover, actor: actor, subject: replaced.lowercased, details: details),
            AuditEvent(.envoyRevoked, actor: actor, subject: replaced.lowercased, details: details),
        ]
    }

    static func waiting(_ envoy: EnvoyRecord, _ method: EnrollmentPolicy.Method, source: String) -> AuditEvent {
        AuditEvent(
            .envoyRefused,
            actor: "source:\(source)",
            subject: envoy.id.lowercased,
            details: [
                "hostname": envoy.hostname, "method": method.rawValue,
                "reason": "waits for approval: an active envoy has the name",
            ]
        )
    }

    static func collected(_ envoy: EnvoyRecord, serial: String) -> AuditEvent {
        AuditEvent(
            .envoyEnrolled,
            actor: "source:\(envoy.address ?? "?")",
            subject: envoy.id.lowercased,
            details: ["hostname": envoy.hostname, "serial": serial]
        )
    }

    static func refused(_ refusal: EnrollmentRefusal, hostname: String, source: String) -> AuditEvent {
        AuditEvent(
            .envoyRefused,
            actor: "source:\(source)",
            // The name has not been checked: it may be anything, of any length.
            subject: String(AgentSentence.cleaned(hostname).prefix(253)),
            details: ["reason": refusal.code, "source": source]
        )
    }
}
