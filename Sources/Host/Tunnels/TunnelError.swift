/// Why there is no tunnel: a code for programs and a sentence for the operator.
package struct TunnelError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The agent did not answer the wake-up in time.
        case timeout = "tunnel_timeout"
        case notConnected = "envoy_unreachable"
        /// The agent declined to open a tunnel connection at all.
        case refused = "tunnel_refused"
        case portNotAllowed = "port_not_allowed"
        case unreachable = "port_unreachable"
        case keyNotAuthorized = "key_not_authorized"
        case needUnknown = "need_unknown"
        case needFailed = "need_failed"
        /// The agent's answer made no sense.
        case invalid = "tunnel_invalid"
        case connectionLost = "tunnel_lost"
        case revoked = "envoy_revoked"
        case cancelled
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
