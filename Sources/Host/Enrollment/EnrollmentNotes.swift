import Foundation

/// What enrollments leave in the audit log.
enum EnrollmentNotes {
    static func enrolled(
        _ envoy: Envoy,
        _ method: EnrollmentPolicy.Method,
        token: String?,
        replaced: UUID?,
        source: String
    ) -> [AuditNote] {
        let actor = "source:\(source)"
        var details = ["hostname": envoy.hostname, "method": method.rawValue, "source": source]
        details["serial"] = envoy.certificateSerial
        var notes = [AuditNote("envoy.enrolled", subject: envoy.id.lowercased, by: actor, details)]
        if let token {
            notes.append(AuditNote("token.used", subject: token, by: actor, ["envoy": envoy.id.lowercased]))
        }
        if let replaced { notes += takeover(of: replaced, by: envoy, actor: actor) }
        return notes
    }

    static func takeover(of replaced: UUID, by envoy: Envoy, actor: String) -> [AuditNote] {
        let details = ["hostname": envoy.hostname, "by": envoy.id.lowercased]
        return [
            AuditNote("envoy.takeover", subject: replaced.lowercased, by: actor, details),
            AuditNote("envoy.revoked", subject: replaced.lowercased, by: actor, details),
        ]
    }

    static func waiting(_ envoy: Envoy, _ method: EnrollmentPolicy.Method, source: String) -> AuditNote {
        AuditNote(
            "envoy.refused",
            subject: envoy.id.lowercased,
            by: "source:\(source)",
            [
                "hostname": envoy.hostname, "method": method.rawValue,
                "reason": "waits for approval: an active envoy has the name",
            ]
        )
    }

    static func collected(_ envoy: Envoy, serial: String) -> AuditNote {
        AuditNote(
            "envoy.enrolled",
            subject: envoy.id.lowercased,
            by: "source:\(envoy.address)",
            ["hostname": envoy.hostname, "serial": serial]
        )
    }

    static func refused(_ refusal: EnrollmentRefusal, hostname: String, source: String) -> AuditNote {
        // The name has not been checked: it may be anything, of any length.
        AuditNote(
            "envoy.refused",
            subject: String(AgentSentence.cleaned(hostname).prefix(253)),
            by: "source:\(source)",
            ["reason": refusal.code, "source": source]
        )
    }
}
