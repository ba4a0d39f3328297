import Broker
import Foundation
import Store
import Trust
import Wire
import WorkerProtocol

/// Decides whether a session that was asked for may begin, and says what there is to start.
struct SessionAdmission: Sendable {
    let store: Store
    let catalog: PluginCatalog
    let registry: AgentRegistry
    let settings: ServerConfiguration.Scrier
    let possession: KeyPossession
    /// Nil where nothing is recorded.
    var recordings: Recordings?

    /// An agent that was heard of this recently is likely to be dialling again, and is waited for.
    private static let recently: TimeInterval = 60

    func plan(
        _ request: ConnectRequest,
        for caller: Caller,
        from clientAddress: String,
        at now: Date = Date()
    ) async throws -> (SessionPlan, KeyChange?) {
        let isFresh = request.keyProof.map { possession.isFresh($0, by: caller) } ?? false
        guard settings.enabled else {
            throw SessionRefusal(.disabled, "Scrier is switched off on this server (scrier.enabled in server.yaml)")
        }
        let envoy = try await envoy(request.envoyID, at: now)
        let plugin = try await plugin(request.protocolName)
        let port = try port(request.port, of: plugin)
        let user: UserRecord? = if let id = caller.user { try await store.user(id) } else { nil }
        let key = try key(request.sshPublicKey, of: user)
        let isKeyNeeded = plugin.needs.contains(SessionNeeds.operatorKey)
        if isKeyNeeded, key == nil { throw SessionRefusal(.noPublicKey, "no SSH pubkey available") }
        let isProved = try possession.check(request.keyProof, isFresh: isFresh, of: key, by: caller)
        if let key, !isProved, isKeyNeeded || request.sshPublicKey != nil { try possession.insist(on: key) }
        if let key { try await expectFree(key, for: caller.user) }
        var login = request.login
        if let name = login {
            guard (1...256).contains(name.utf8.count),
                name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7f })
            else { throw SessionRefusal(.invalidParameter, "login: expected a user name of the envoy") }
            if !isKeyNeeded { login = nil }
        }
        let plan = SessionPlan(
            id: UUID(),
            envoy: envoy.id,
            hostname: envoy.hostname,
            plugin: plugin,
            port: port,
            actor: caller.name,
            user: caller.user,
            credential: caller.credential,
            credentialExpires: caller.expires,
            clientAddress: clientAddress,
            operatorKey: key,
            isKeyProved: isProved,
            login: login,
            parameters: try SessionParameters.check(
                request.parameters ?? [:],
                for: plugin,
                configured: settings.plugins[plugin.id]?.parameters ?? [:]
            ),
            columns: try dimension(request.columns, "columns", 80),
            rows: try dimension(request.rows, "rows", 24),
            askedAt: now,
            recording: try RecordingChoice(request, recordings: recordings)
        )
        return (plan, key.flatMap { key in change(of: user, to: key, isProved: isProved, by: caller) })
    }

    private func envoy(_ name: String, at now: Date) async throws -> EnvoyRecord {
        let unknown = SessionRefusal(.unknownEnvoy, "there is no envoy \"\(name.prefix(255))\" (vigocli envoys list)")
        guard !name.isEmpty, name.utf8.count <= 255 else { throw unknown }
        let found: EnvoyRecord? =
            if let id = UUID(uuidString: name) {
                try await store.envoy(id)
            } else {
                try await store.envoy(hostname: name.lowercased())
            }
        guard let found else { throw unknown }
        guard found.status == .active else {
            throw SessionRefusal(.envoyNotActive, "the envoy \(found.hostname) is \(found.status.rawValue)")
        }
        let seen = found.lastSeen ?? found.enrolledAt
        guard registry.isConnected(found.id) || now.timeIntervalSince(seen) < Self.recently else {
            throw SessionRefusal(
                .envoyUnreachable,
                "the envoy \(found.hostname) is unreachable: its agent is not connected to this server"
            )
        }
        return found
    }

    private func plugin(_ id: String) async throws -> PluginDescriptor {
        guard let plugin = await catalog.plugin(id) else {
            let known = await catalog.list.compactMap(\.descriptor?.id).sorted().joined(separator: ", ")
            throw SessionRefusal(
                .unknownProtocol,
                "there is no plugin for the protocol \"\(id.prefix(60))\"; \(known.isEmpty ? "none is installed" : "there are \(known)")"
            )
        }
        guard plugin.roles.contains(.terminal) else {
            throw SessionRefusal(
                .brokenPlugin,
                "\(plugin.label) sessions have no terminal, which is all that this server can show"
            )
        }
        for need in plugin.needs where !SessionNeeds.known.contains(need) {
            throw SessionRefusal(
                .brokenPlugin,
                "the \(plugin.label) plugin needs \"\(need)\", which this version of the server cannot provide"
            )
        }
        return plugin
    }

    private func port(_ asked: Int?, of plugin: PluginDescriptor) throws -> Int {
        guard let port = asked ?? plugin.defaultPort.map(Int.init) else {
            throw SessionRefusal(.invalidParameter, "port: \(plugin.label) has no port of its own, so it must be given")
        }
        guard settings.allowedPorts.contains(port) else {
            let allowed = settings.allowedPorts.map(String.init).joined(separator: ", ")
            throw SessionRefusal(.portNotAllowed, "port \(port) is not allowed; scrier.allowed_ports are \(allowed)")
        }
        return port
    }

    private func dimension(_ value: Int?, _ name: String, _ fallback: Int) throws -> Int {
        guard let value else { return fallback }
        guard (1...TerminalControl.largestDimension).contains(value) else {
            throw SessionRefusal(
                .invalidParameter,
                "\(name): expected a number from 1 to \(TerminalControl.largestDimension)"
            )
        }
        return value
    }

    /// The key that the request brought, or else the user's.
    private func key(_ text: String?, of user: UserRecord?) throws -> SSHPublicKey? {
        guard let text else { return user?.sshPublicKey.flatMap { try? SSHPublicKey(parsing: $0) } }
        do { return try SSHPublicKey(parsing: text) } catch {
            throw SessionRefusal(.invalidPublicKey, "ssh_public_key: \(error)")
        }
    }

    /// A key belongs to one web user, also when somebody connects who is none, as root on the admin socket.
    private func expectFree(_ key: SSHPublicKey, for user: UUID?) async throws {
        guard let owner = try await store.user(fingerprint: key.fingerprint), owner.id != user else { return }
        throw SessionRefusal(
            .publicKeyTaken,
            "the SSH public key \(key.fingerprint) belongs to the user \(owner.username) already"
        )
    }

    /// The key that came becomes the user's. One without proof does not push out one with: the session may use it, but
    /// who has stolen a token changes nothing by it that lasts.
    private func change(of user: UserRecord?, to key: SSHPublicKey, isProved: Bool, by caller: Caller) -> KeyChange? {
        guard var user else { return nil }
        let change = KeyChange(key: key, isProved: isProved, sparesProvedKey: true, actor: caller.name)
        return change.apply(to: &user).isEmpty ? nil : change
    }
}
