import Hummingbird
import NIOCore

/// One thing that the API does, and who may ask for it.
struct APIRoute: Sendable {
    enum Access: Sendable {
        /// No login: bootstrapping machines, health checks.
        case open
        /// Every role may read this, or end its own logins.
        case signedIn
        /// Recordings: admin and compliance.
        case reviewer
        case admin
        /// Root on the server's own machine: no role and no token gets here over the network.
        case adminSocket
    }

    let method: HTTPRequest.Method
    let path: String
    let access: Access
    let handle: @Sendable (APICall) async throws -> Response

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        _ handle: @escaping @Sendable (APICall) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.handle = handle
    }
}
