import Broker
import Foundation
import Store
import WorkerProtocol

/// What the pages read. They change nothing: changes go through the REST API, from the browser.
struct WebSources: Sendable {
    let store: Store
    let enrollment: EnrollmentRoutes
    let sessions: SessionRegistry
    let registry: AgentRegistry
    let catalog: PluginCatalog
    let logins: Logins
    let recordings: RecordingSearch
    let isRecording: Bool
    let publicURL: String
    let maxSessions: Int
    /// How long a session waits for its operator to come back.
    let attachGrace: Duration

    /// What a browser can open on an envoy.
    func terminalPlugins() async -> [PluginDescriptor] {
        await catalog.list.compactMap(\.descriptor).filter { $0.roles.contains(.terminal) && $0.defaultPort != nil }
            .sorted { $0.label < $1.label }
    }

    var pages: [WebPage] {
        EnvoyPages(sources: self).pages + SessionPages(sources: self).pages + RecordingPages(sources: self).pages
            + TerminalPage(sources: self).pages
            + [UsersPage(sources: self).page, TokensPage(sources: self).page]
            + [PluginsPage(sources: self).page, AuditPage(sources: self).page, AccountPage(sources: self).page]
    }
}
