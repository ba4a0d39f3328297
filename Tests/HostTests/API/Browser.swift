import Hummingbird
import Wire

@testable import Host

/// A browser that has signed in: its cookie, and what a page of the server knows.
struct Browser: Sendable {
    let client: APIClient
    let cookie: String
    let state: LoginState

    /// What a page of the server sends along.
    var own: HTTPFields { [.cookie: cookie, .origin: APIWorld.origin, .csrfToken: state.csrfToken ?? ""] }

    func send(_ method: HTTPRequest.Method, _ path: String, headers: HTTPFields? = nil, _ body: String? = nil)
        async throws
        -> APIClient.Answer
    {
        try await client.send(method, path, as: nil, headers: headers ?? own, body)
    }
}
