import FoundationEssentials
import GRPCCore
package import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Wire

/// `vigo run`: keeps a connection to the server for as long as it runs, and opens tunnels when the server calls.
package struct AgentService: Sendable {
    private let state: EnvoyState
    private let dialer: ServerDialer
    private let sessions: TunnelSessions
    private let provisioners: ProvisionerRegistry
    private let writer: AuthorizedKeysWriter
    private let threads: NIOThreadPool
    private let updates: SelfUpdate
    private let configuration: AgentConfiguration
    private let logger: Logger

    package init(
        directories: AgentDirectories,
        environment: [String: String],
        helper: String = "/proc/self/exe",
        updates: SelfUpdate,
        logger: Logger
    ) throws {
        let group = MultiThreadedEventLoopGroup.singleton
        try PrivateFile.makeDirectory(directories.state)
        threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        state = try EnvoyState(directories: directories, logger: logger)
        configuration = state.configuration
        dialer = ServerDialer(group: group, proxies: try ProxySettings(environment: environment))
        sessions = TunnelSessions(limit: configuration.maxTunnels, logger: logger)
        writer = AuthorizedKeysWriter(executable: helper, locks: directories.locks, threads: threads)
        provisioners = ProvisionerRegistry([
            EphemeralKeyProvisioner(writer: writer, logger: logger), HostKeysProvisioner(threads: threads),
        ])
        self.updates = updates
        self.logger = logger
    }

    /// How a run ended.
    package enum Ending: Equatable, Sendable {
        case asked
        /// This program, a newer or the older agent, is to take this one's place.
        case restart(program: String)
    }

    /// Until the task is cancelled, or another version takes over; then tunnels are closed and what was provisioned is
    /// taken back.
    package func run() async -> Ending {
        await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                await serve()
                return .asked
            }
            group.addTask {
                for await program in updates.restarts { return .restart(program: program) }
                return .asked
            }
            let first = await group.next() ?? .asked
            group.cancelAll()
            return first
        }
    }

    private func serve() async {
        logger.info(
            "vigo \(AgentVersion.current), envoy \(configuration.envoyID), server \(configuration.agentAddress)"
        )
        await sweep()
        var backoff = ReconnectBackoff()
        while !Task.isCancelled {
            let welcome = NIOLockedValueBox<ContinuousClock.Instant?>(nil)
            var ending = ReconnectBackoff.Ending.failed
            do {
                try await connect { welcome.withLockedValue { $0 = .now } }
                ending = .renewed
            } catch is CancellationError {
                break
            } catch {
                if !Task.isCancelled { logger.warning("\(Self.sentence(error))") }
                if case .refused? = error as? ConnectionError { ending = .refused }
            }
            if ending == .failed, let since = welcome.withLockedValue(\.self), .now - since >= ReconnectBackoff.health {
                ending = .healthy
            }
            let pause = backoff.next(after: ending)
            logger.debug("next attempt in \(pause)")
            try? await Task.sleep(for: pause)
        }
        logger.info("ending")
        // A cancelled task could not wait for helpers any more.
        await Task { await sessions.endAll() }.value
        try? await threads.shutdownGracefully()
    }

    /// Lines that an agent left behind that did not end properly.
    private func sweep() async {
        do {
            let answer = try await writer.sweep(envoy: configuration.envoyID, keeping: await sessions.live)
            for remark in answer.remarks { logger.info("\(remark)") }
            if case .done(let changed) = answer.outcome, changed > 0 {
                logger.notice("stale session keys removed", metadata: ["files": "\(changed)"])
            }
        } catch {
            logger.error("stale session keys not looked for: \(error)")
        }
    }

    /// One connection, from dialling it to its end. Returns when it is to be made again with a new certificate.
    private func connect(onWelcome: @escaping @Sendable () -> Void) async throws {
        let server = configuration.agentAddress
        let credentials = await state.credentials
        let connection = try await dialer.connect(
            to: server,
            context: try credentials.context(speaking: "h2"),
            trust: ServerTrust(roots: .certificates(credentials.authorities), name: server.host),
            speaking: "h2"
        )
        try await ControlConnection(connection: connection, authority: server.description).run { client in
            // First of all: an envoy that is not believed, or does not believe, opens no stream.
            let interval = try await checkIn(client)
            await updates.checkedIn()
            logger.info("connected to \(server)")
            let (renewed, renewal) = AsyncStream.makeStream(of: Void.self)
            let renew: @Sendable () async -> Void = { if await self.renew(client) { renewal.yield() } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await checkInRegularly(client, first: interval, renew: renew) }
                group.addTask { try await stream(client, renew: renew, onWelcome: onWelcome) }
                // The server gives the old certificate up once the new one is used; whoever has a copy of it is out then.
                group.addTask { for await _ in renewed { return } }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func checkInRegularly(
        _ client: ControlConnection.Client,
        first: Duration,
        renew: @Sendable () async -> Void
    ) async throws {
        var interval = first
        while true {
            if await state.isRenewalDue() { await renew() }
            try await Task.sleep(for: interval)
            interval = try await checkIn(client)
        }
    }

    private func checkIn(_ client: ControlConnection.Client) async throws -> Duration {
        let request = try await state.makeCheckIn()
        var options = CallOptions.defaults
        options.timeout = .seconds(30)
        let answer = try await client.checkIn(request, options: options)
        let interval = try await state.accept(answer, to: request)
        await resolveSecrets(client)
        return interval
    }

    /// Without them sessions work as before, so that the connection goes on.
    private func resolveSecrets(_ client: ControlConnection.Client) async {
        do {
            try await state.resolveSecrets { request in
                var options = CallOptions.defaults
                options.timeout = .seconds(30)
                return try await client.resolveSecrets(request, options: options)
            }
        } catch {
            logger.error("secrets not resolved: \(Self.sentence(error))")
        }
    }

    private func renew(_ client: ControlConnection.Client) async -> Bool {
        await state.renew { request in
            var options = CallOptions.defaults
            options.timeout = .seconds(60)
            return try await client.renewCertificate(request, options: options)
        }
    }

    private func stream(
        _ client: ControlConnection.Client,
        renew: @escaping @Sendable () async -> Void,
        onWelcome: @escaping @Sendable () -> Void
    ) async throws {
        let (outgoing, sender) = AsyncStream.makeStream(
            of: Vigo_Agent_V1_AgentMessage.self,
            bufferingPolicy: .bufferingNewest(1024)
        )
        let handler = ServerMessageHandler(
            envoy: configuration.envoyID,
            sessions: sessions,
            surroundings: surroundings,
            renew: renew,
            update: { offer in
                await updates.update(offer, download: Self.download(client)) { progress in
                    if case .enqueued = sender.yield(.with({ $0.update = progress })) { true } else { false }
                }
            },
            send: { sender.yield($0) },
            logger: logger
        )
        sender.yield(
            .with {
                $0.hello.agentVersion = AgentVersion.current
                $0.hello.hostname = configuration.hostname ?? ThisMachine.current.hostname
            }
        )
        if let outcome = await updates.takeOutcome() { sender.yield(.with { $0.update = outcome }) }
        let request = StreamingClientRequest<Vigo_Agent_V1_AgentMessage> { writer in
            for await message in outgoing { try await writer.write(message) }
        }
        try await client.agentStream(request: request) { response in
            defer { sender.finish() }
            for try await message in response.messages {
                if case .welcome = message.message { onWelcome() }
                await handler.handle(message)
            }
        }
        throw RPCError(code: .unavailable, message: "the server ended the stream")
    }

    private static func download(_ client: ControlConnection.Client) -> SelfUpdate.Download {
        { offer, file in
            let wanted = Vigo_Agent_V1_DownloadAgentRequest.with {
                $0.os = offer.os
                $0.arch = offer.arch
                $0.sha256 = offer.sha256
            }
            try await client.downloadAgent(wanted) { response in
                for try await part in response.messages { try await file.append(Array(part.data)) }
            }
        }
    }

    private func surroundings() async throws -> Tunnel.Surroundings {
        let credentials = await state.credentials
        let server = configuration.agentAddress
        return Tunnel.Surroundings(
            envoy: configuration.envoyID,
            server: server,
            dialer: dialer,
            context: try credentials.context(speaking: TunnelProtocol.alpn),
            trust: ServerTrust(roots: .certificates(credentials.authorities), name: server.host),
            ownerPorts: configuration.allowedPorts,
            serverPorts: await state.memory.serverPorts,
            provisioners: provisioners
        )
    }

    private static func sentence(_ error: any Error) -> String {
        guard let error = error as? RPCError else { return String(describing: error) }
        return error.message.isEmpty ? "the server answered \(error.code)" : error.message
    }
}
