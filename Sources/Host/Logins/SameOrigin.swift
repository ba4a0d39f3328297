import HTTPTypes

/// Whether a request was made by a page of this server. What a browser says in `Origin` and `Sec-Fetch-Site` no page can change.
struct SameOrigin: Sendable {
    enum Verdict: Equatable {
        case same
        case foreign
        /// Nothing says so: no browser of today made it.
        case unknown
    }

    private let publicOrigin: String

    init(publicURL: String) { publicOrigin = Self.normal(publicURL) }

    func judge(_ request: HTTPRequest) -> Verdict {
        judge(
            origin: request.headerFields[.origin],
            host: request.authority,
            site: request.headerFields[.secFetchSite]
        )
    }

    /// The name in `Host` counts beside the configured one: people reach a server by several, and another site's page cannot have both its own
    /// origin and this server's name.
    func judge(origin: String?, host: String?, site: String?) -> Verdict {
        if let site, site != "same-origin" { return .foreign }
        guard let origin else { return site == nil ? .unknown : .same }
        let own = [publicOrigin] + (host.map { [Self.normal("https://\($0)")] } ?? [])
        return own.contains(Self.normal(origin)) ? .same : .foreign
    }

    private static func normal(_ origin: String) -> String {
        let lowered = origin.lowercased()
        return lowered.hasPrefix("https://") && lowered.hasSuffix(":443") ? String(lowered.dropLast(4)) : lowered
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let csrfToken = HTTPField.Name("X-CSRF-Token")!
}
