package import Foundation
package import NIOCore
import NIOPosix
import Synchronization
package import Wire

/// Where a session that wants a tunnel and the agent that opens one find each other.
///
/// `open` leaves a one-time token here and wakes the agent; the agent's tunnel connection brings the token back.
/// Whoever finishes first (the answer, a deadline, a refusal, the caller's cancellation) decides, once.
package final class Tunnels: Sendable {
    private let registry: AgentRegistry
    private let group: any EventLoopGroup
    private let timeouts: TunnelTimeouts
    private let pending = Mutex<[UUID: PendingTunnel]>([:])

    package init(
        registry: AgentRegistry,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        timeouts: TunnelTimeouts = TunnelTimeouts()
    ) {
        self.registry = registry
        self.group = group
        self.timeouts = timeouts
        registry.onConnect { [weak self] in self?.wake($0) }
        registry.onDisconnect { [weak self] in
            self?.fail(envoy: $0, TunnelError(.revoked, "the envoy was disconnected by the server"))
        }
    }

    /// Asks the envoy's agent for a tunnel to `port` on its loopback and returns once it reaches it.
    /// `onConnected` is called when the agent's connection has arrived and before it has answered, with the event loop
    /// that the tunnel will live on.
    package func open(
        session: UUID,
        envoy: UUID,
        port: Int,
        needs: [Vigo_Agent_V1_Need],
        onConnected: @escaping @Sendable (any EventLoop) -> Void = { _ in }
    ) async throws -> OpenedTunnel {
        var request = Vigo_Agent_V1_TunnelOpen()
        request.sessionID = session.lowercased
        request.port = UInt32(port)
        request.needs = needs
        request.envoyID = envoy.lowercased
        let opened = group.any().makePromise(of: OpenedTunnel.self)
        let tunnel = PendingTunnel(
            envoy: envoy,
            request: request,
            opened: opened,
            onConnected: onConnected,
            state: .waiting(token: TunnelToken.make())
        )
        return try await withTaskCancellationHandler {
            add(tunnel, session)
            if Task.isCancelled { fail(session, TunnelError(.cancelled, "the session was ended")) }
            return try await opened.futureResult.get()
        } onCancel: {
            fail(session, TunnelError(.cancelled, "the session was ended"))
        }
    }

    /// The agent said that it will not come.
    package func refuse(session: UUID, by envoy: UUID, reason: String) {
        guard pending.withLock({ $0[session]?.envoy }) == envoy else { return }
        fail(session, TunnelError(.refused, "the agent refused the tunnel: \(AgentSentence.cleaned(reason))"))
    }

    /// Sessions of this envoy whose tunnel is on its way.
    package func sessions(of envoy: UUID) -> [UUID] {
        pending.withLock { $0.filter { $0.value.envoy == envoy }.map(\.key) }
    }

    private func add(_ tunnel: PendingTunnel, _ session: UUID) {
        let wakeUp = tunnel.wakeUp
        guard pending.withLock({ $0[session] == nil ? $0.updateValue(tunnel, forKey: session) == nil : false }) else {
            tunnel.opened.fail(TunnelError(.invalid, "session \(session.lowercased) has asked for a tunnel already"))
            return
        }
        schedule(session, after: timeouts.connection) { [timeouts] in
            let seconds = timeouts.connection.nanoseconds / 1_000_000_000
            return TunnelError(.timeout, "agent did not open TunnelStream within \(seconds)s")
        }
        if let wakeUp, !registry.send(wakeUp, to: tunnel.envoy) { awaitReconnection(session, of: tunnel.envoy) }
    }

    private func awaitReconnection(_ session: UUID, of envoy: UUID) {
        group.any().scheduleTask(in: timeouts.reconnection) { [weak self] in
            guard let self, !registry.isConnected(envoy) else { return }
            guard pending.withLock({ $0[session]?.wakeUp }) != nil else { return }
            fail(
                session,
                TunnelError(.notConnected, "the envoy is unreachable: its agent is not connected to this server")
            )
        }
    }

    /// Asks again for every tunnel that a freshly connected agent has not brought: it may never have seen the first request.
    private func wake(_ envoy: UUID) {
        let wakeUps = pending.withLock { $0.values.filter { $0.envoy == envoy }.compactMap(\.wakeUp) }
        for wakeUp in wakeUps { registry.send(wakeUp, to: envoy) }
    }

    private func schedule(_ session: UUID, after delay: TimeAmount, _ error: @escaping @Sendable () -> TunnelError) {
        let deadline = group.any().scheduleTask(in: delay) { [weak self] () -> Void in self?.fail(session, error()) }
        pending.withLock {
            $0[session]?.deadline?.cancel()
            $0[session]?.deadline = deadline
        }
    }

    private func fail(envoy: UUID, _ error: TunnelError) {
        for session in sessions(of: envoy) { fail(session, error) }
    }

    private func fail(_ session: UUID, _ error: TunnelError) {
        guard let tunnel = pending.withLock({ $0.removeValue(forKey: session) }) else { return }
        tunnel.deadline?.cancel()
        if case .opening(let channel) = tunnel.state { channel.close(promise: nil) }
        tunnel.opened.fail(error)
    }
}

/// The tunnel connection's side.
extension Tunnels {
    /// Burns the token that `peer` brought and says what to ask of it; nil when it may not have this tunnel.
    func claim(_ hello: Vigo_Agent_V1_TunnelHello, from peer: UUID, on channel: any Channel)
        -> Vigo_Agent_V1_TunnelOpen?
    {
        guard let session = UUID(uuidString: hello.sessionID) else { return nil }
        let claimed = pending.withLock { pending -> PendingTunnel? in
            guard var tunnel = pending[session], tunnel.envoy == peer else { return nil }
            guard case .waiting(let token) = tunnel.state, token.matches(hello.token) else { return nil }
            tunnel.state = .opening(channel)
            pending[session] = tunnel
            return tunnel
        }
        guard let claimed else { return nil }
        schedule(session, after: timeouts.answer) {
            TunnelError(.timeout, "the agent did not answer TunnelOpen in time")
        }
        claimed.onConnected(channel.eventLoop)
        return claimed.request
    }

    /// What the agent answered. False when nobody waits for it any more: the channel is the caller's to close then.
    func finish(_ session: UUID, _ result: Result<OpenedTunnel, TunnelError>) -> Bool {
        guard let tunnel = pending.withLock({ $0.removeValue(forKey: session) }) else { return false }
        tunnel.deadline?.cancel()
        tunnel.opened.completeWith(result.mapError { $0 as any Error })
        return true
    }
}
