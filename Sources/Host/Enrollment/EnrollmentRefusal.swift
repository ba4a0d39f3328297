/// A registration that was refused: the status and code for programs, the sentence for people.
package struct EnrollmentRefusal: Error, Sendable, Equatable {
    package let status: Int
    package let code: String
    package let message: String

    static func malformed(_ message: String) -> Self { Self(status: 400, code: "invalid_request", message: message) }
    static func token(_ reason: String) -> Self { Self(status: 403, code: "token_refused", message: reason) }

    static func notAllowed(_ hostname: Hostname) -> Self {
        Self(
            status: 403,
            code: "not_allowed",
            message:
                "\(hostname) may not enroll from here without a token (vigocli tokens generate --pattern \(hostname))"
        )
    }

    static let hostnameTaken = Self(
        status: 409,
        code: "hostname_taken",
        message: "An active envoy with this hostname already exists"
    )
    static let identityTaken = Self(
        status: 409,
        code: "identity_taken",
        message: "an envoy with this identity key exists already; register with a new one"
    )
    static let revoked = Self(
        status: 403,
        code: "envoy_revoked",
        message: "the envoy with this identity key was revoked; register with a new one"
    )
    static let tooManyWaiting = Self(
        status: 409,
        code: "approval_waiting",
        message: "several registrations of this hostname wait for approval already (vigocli envoys list)"
    )
    static let tooManyFailures = Self(
        status: 429,
        code: "too_many_failures",
        message: "too many refused registrations from this address; try again in some minutes"
    )
    static let tooManyEnrollments = Self(
        status: 429,
        code: "too_many_enrollments",
        message:
            "too many machines enrolled from this address without a token in the last hour; try again later, or with a token"
    )
    static let unavailable = Self(
        status: 503,
        code: "unavailable",
        message: "the server cannot enroll anybody now; try again"
    )
}
