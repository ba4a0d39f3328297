import Broker
import Hummingbird
import WorkerProtocol

/// `/plugins`.
struct PluginsPage: Sendable {
    let sources: WebSources

    var page: WebPage { WebPage("/plugins", .signedIn, list) }

    @Sendable private func list(_ visit: WebVisit) async throws -> Response {
        // Somebody who looks has perhaps just put one there.
        await sources.catalog.scan()
        let entries = await sources.catalog.list
        return try visit.page(
            "plugins",
            titled: "Plugins",
            ["plugins": entries.map(Entry.init), "hasPlugins": !entries.isEmpty]
        )
    }

    private struct Entry {
        let title: String
        let id: String
        let version: String
        let abi: String
        let summary: String
        let roles: String
        let port: String
        let needs: [String]
        let hasNeeds: Bool
        let parameters: [Parameter]
        let hasParameters: Bool
        let file: String
        let sha256: String
        let problem: String?

        init(_ entry: CatalogEntry) {
            let plugin = entry.descriptor
            title = plugin?.label ?? entry.fileName
            id = plugin?.id ?? ""
            version = plugin?.version ?? ""
            abi = plugin.map { "\($0.abi.major).\($0.abi.minor)" } ?? ""
            summary = plugin?.summary ?? ""
            roles = plugin?.roles.map(\.rawValue).joined(separator: ", ") ?? ""
            port = plugin?.defaultPort.map { "\($0)" } ?? "none"
            needs = plugin?.needs ?? []
            hasNeeds = !needs.isEmpty
            parameters = plugin?.parameters.map(Parameter.init) ?? []
            hasParameters = !parameters.isEmpty
            file = entry.fileName
            sha256 = entry.sha256 ?? ""
            problem = entry.problem
        }
    }

    private struct Parameter {
        let name: String
        let kind: String
        let summary: String
        let notes: String

        init(_ parameter: PluginDescriptor.Parameter) {
            name = parameter.name
            kind = parameter.kind.rawValue
            summary = parameter.summary
            notes = [
                parameter.required ? "required" : nil, parameter.secret ? "secret" : nil,
                parameter.serverOnly ? "set in server.yaml" : nil, parameter.fallback.map { "else \($0)" },
                parameter.choices.isEmpty ? nil : "one of " + parameter.choices.joined(separator: ", "),
            ].compactMap { $0 }.joined(separator: " · ")
        }
    }
}
