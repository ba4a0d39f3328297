import WorkerProtocol

/// A link that opens a session, one for each protocol.
struct OpenLink {
    let protocolName: String
    let label: String
    /// The first is the one that Enter follows.
    let isFirst: Bool
    var path = ""

    /// None for visitors who may open nothing.
    static func all(_ visit: WebVisit, _ sources: WebSources) async -> [OpenLink] {
        guard visit.visitor.isAdmin else { return [] }
        return await sources.terminalPlugins().enumerated().map { index, plugin in
            OpenLink(protocolName: plugin.id, label: plugin.label, isFirst: index == 0)
        }
    }

    func on(_ envoy: String) -> OpenLink {
        var link = self
        link.path = "/scrier/\(envoy)?protocol=\(protocolName)"
        return link
    }
}
