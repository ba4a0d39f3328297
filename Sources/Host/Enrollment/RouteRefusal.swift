package import Wire

/// A request that is answered with something else than success.
package struct RouteRefusal: Error, Sendable, Equatable {
    package let status: Int
    package let error: APIError

    package init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        error = APIError(code: code, message: message)
    }

    static func noEnvoy(_ name: String) -> Self {
        Self(404, "no_such_envoy", "no envoy has the id or hostname \(AgentSentence.cleaned(name))")
    }

    static let pattern = Self(
        400,
        "invalid_pattern",
        "pattern is a hostname, with * for any run of characters and ? for one: web*.example.com"
    )
}
