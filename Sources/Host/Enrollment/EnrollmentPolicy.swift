package import Foundation
package import Trust

/// Who may enroll, decided from what is known and nothing else.
package struct EnrollmentPolicy: Sendable {
    /// What became of the token that came with the request.
    package enum TokenFinding: Sendable, Equatable {
        case none
        case valid(id: String)
        case refused(String)
    }

    package struct Applicant: Sendable {
        package let hostname: Hostname
        package let source: String
        package let token: TokenFinding
        package let force: Bool
        /// The active envoy of this name signed the request with its own identity.
        package let provesPrevious: Bool
    }

    /// The active envoy that has the name.
    package struct Occupant: Sendable {
        package let id: UUID
        /// Three check-ins did not come, and it is not connected either.
        package let isSilent: Bool
    }

    package enum Method: String, Sendable {
        case token
        case trusted = "trusted enrollment"
        case approved = "approved pattern"
    }

    package enum Decision: Sendable, Equatable {
        case admit(Method, replacing: UUID?)
        /// An administrator has to approve.
        case wait(Method, replacing: UUID)
        case refuse(EnrollmentRefusal)
    }

    package let trusted: [ServerConfiguration.TrustedEnrollment]
    package let approved: [HostnamePattern]

    package init(trusted: [ServerConfiguration.TrustedEnrollment], approved: [HostnamePattern]) {
        self.trusted = trusted
        self.approved = approved
    }

    package func decide(_ applicant: Applicant, occupant: Occupant?) -> Decision {
        if case .refused(let reason) = applicant.token { return .refuse(.token(reason)) }
        guard let method = method(for: applicant) else { return .refuse(.notAllowed(applicant.hostname)) }
        guard let occupant else { return .admit(method, replacing: nil) }
        guard applicant.force else { return .refuse(.hostnameTaken) }
        // A name and an address are easily had by a neighbour of the machine: taking an envoy's place takes more.
        if method == .token || applicant.provesPrevious || occupant.isSilent {
            return .admit(method, replacing: occupant.id)
        }
        return .wait(method, replacing: occupant.id)
    }

    private func method(for applicant: Applicant) -> Method? {
        if case .valid = applicant.token { return .token }
        let name = applicant.hostname.text
        if trusted.contains(where: {
            $0.pattern.matches(name) && $0.networks.contains { $0.contains(applicant.source) }
        }) {
            return .trusted
        }
        return approved.contains { $0.matches(name) } ? .approved : nil
    }
}
