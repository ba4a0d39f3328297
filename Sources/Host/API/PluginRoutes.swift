import Broker
import Hummingbird
import Wire
import WorkerProtocol

/// What is in the plugin directory.
struct PluginRoutes: Sendable {
    let catalog: PluginCatalog

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/plugins", .signedIn, list),
            APIRoute(.get, "/api/v1/plugins/{id}", .signedIn, show),
        ]
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        // Somebody who lists plugins has perhaps just put one there.
        await catalog.scan()
        return try .json(Items(await catalog.list.map(Self.summary)))
    }

    @Sendable private func show(_ call: APICall) async throws -> Response {
        let id = try call.parameter("id")
        await catalog.scan()
        guard let entry = await catalog.list.first(where: { $0.descriptor?.id == id || $0.fileName == id }) else {
            throw APIFailure.notFound("there is no plugin \"\(id)\"")
        }
        return try .json(Self.summary(entry))
    }

    private static func summary(_ entry: CatalogEntry) -> PluginSummary {
        let plugin = entry.descriptor
        return PluginSummary(
            id: plugin?.id ?? "",
            label: plugin?.label ?? "",
            version: plugin?.version ?? "",
            abi: plugin.map { "\($0.abi.major).\($0.abi.minor)" } ?? "",
            summary: plugin?.summary ?? "",
            roles: plugin?.roles.map(\.rawValue) ?? [],
            defaultPort: plugin?.defaultPort.map(Int.init),
            needs: plugin?.needs ?? [],
            parameters: plugin?.parameters.map(summary) ?? [],
            file: entry.fileName,
            sha256: entry.sha256,
            problem: entry.problem
        )
    }

    private static func summary(_ parameter: PluginDescriptor.Parameter) -> PluginParameterSummary {
        PluginParameterSummary(
            name: parameter.name,
            kind: parameter.kind.rawValue,
            summary: parameter.summary,
            fallback: parameter.fallback,
            choices: parameter.choices.isEmpty ? nil : parameter.choices,
            required: parameter.required,
            secret: parameter.secret,
            askOperator: parameter.askOperator,
            serverOnly: parameter.serverOnly
        )
    }
}
