import Hummingbird
import Wire

/// One address of the console, and who may look at it.
struct WebPage: Sendable {
    enum Access: Sendable {
        case signedIn
        /// Whoever has another role is told so.
        case roles(Set<UserRole>)

        func allows(_ role: UserRole) -> Bool {
            switch self {
            case .signedIn: true
            case .roles(let roles): roles.contains(role)
            }
        }
    }

    let path: String
    let access: Access
    let answer: @Sendable (WebVisit) async throws -> Response

    init(_ path: String, _ access: Access, _ answer: @escaping @Sendable (WebVisit) async throws -> Response) {
        self.path = path
        self.access = access
        self.answer = answer
    }
}
