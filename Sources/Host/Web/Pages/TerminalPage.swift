import Foundation
import Hummingbird
import Store

/// `/scrier/{envoy}?protocol=…`: sessions in tabs. `&port=` and `&login=` are as in the REST API; `&session=…` goes back to one that runs.
struct TerminalPage: Sendable {
    let sources: WebSources

    var pages: [WebPage] { [WebPage("/scrier/{envoy}", .roles([.admin]), show)] }

    @Sendable private func show(_ visit: WebVisit) async throws -> Response {
        let envoy = try await sources.enrollment.find(visit.parameter("envoy"))
        let plugins = await sources.terminalPlugins()
        let asked = visit.query("protocol")
        guard let plugin = plugins.first(where: { asked == nil || $0.id == asked }) else {
            throw WebRefusal.notFound(
                asked.map { "This server has no plugin that shows \"\($0)\" in a terminal." }
                    ?? "This server has no plugin for terminals."
            )
        }
        return try visit.page(
            "terminal",
            titled: envoy.hostname,
            section: "envoys",
            script: "terminal.js",
            [
                "envoy": envoy.id.lowercased, "hostname": envoy.hostname, "protocol": plugin.id,
                "label": plugin.label,
                "session": visit.query("session").flatMap { UUID(uuidString: $0) }?.lowercased ?? "",
                "port": visit.query("port").flatMap { Int($0) }.map(String.init) ?? "",
                "login": visit.query("login") ?? "",
                "asks": visit.isFromElsewhere, "grace": sources.attachGrace.components.seconds,
            ]
        )
    }
}
