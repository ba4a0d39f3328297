/// Why a session, or an answer about one, is refused: a code for programs, a sentence for the operator.
package struct SessionRefusal: Error, Equatable, Sendable {
    package enum Code: String, Sendable {
        case disabled = "scrier_disabled"
        case unknownEnvoy = "unknown_envoy"
        case envoyNotActive = "envoy_not_active"
        case envoyUnreachable = "envoy_unreachable"
        case unknownProtocol = "unknown_protocol"
        case brokenPlugin = "broken_plugin"
        case portNotAllowed = "port_not_allowed"
        case noPublicKey = "no_public_key"
        case invalidPublicKey = "invalid_public_key"
        case publicKeyTaken = "public_key_taken"
        case keyProofNeeded = "key_proof_needed"
        case keyProofInvalid = "key_proof_invalid"
        case invalidParameter = "invalid_parameter"
        case tooManySessions = "too_many_sessions"
        case unknownSession = "unknown_session"
        case notYours = "not_your_session"
        case recordingUnavailable = "recording_unavailable"
        case storeFailed = "store_failed"
        case stopping = "server_stopping"
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
