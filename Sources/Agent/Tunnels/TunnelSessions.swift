import Logging
import NIOCore
import Wire

/// The sessions that have a tunnel on this envoy, and what was provisioned for each.
actor TunnelSessions {
    private struct Entry {
        var channel: (any Channel)?
        var provisioned: [Provisioned] = []
        var task: Task<Void, Never>?
        /// Also one that has no channel yet is not to get one any more.
        var isEnded = false
    }

    private let limit: Int
    private let logger: Logger
    private var entries: [String: Entry] = [:]

    init(limit: Int, logger: Logger) {
        self.limit = limit
        self.logger = logger
    }

    /// Opens a tunnel beside everything else; nil when it was begun, otherwise why not. `onFailure` is told when the
    /// server cannot have heard through the tunnel itself.
    func begin(_ tunnel: Tunnel, onFailure: @escaping @Sendable (String) -> Void) -> String? {
        let session = tunnel.session
        // After a reconnection the server asks again for what it has not seen: it is on its way.
        guard entries[session] == nil else { return nil }
        guard entries.count < limit else { return "this envoy has \(limit) tunnels open already" }
        entries[session] = Entry()
        entries[session]?.task = Task { [weak self] in await self?.run(tunnel, onFailure: onFailure) }
        return nil
    }

    /// The login succeeded: what was needed only for that is taken back.
    func ready(_ session: String) async {
        await release(session)
    }

    func end(_ session: String) async {
        guard let entry = entries[session] else { return }
        entries[session]?.isEnded = true
        entry.channel?.close(promise: nil)
        await release(session)
    }

    /// Ends those that the server does not know any more.
    func keep(_ sessions: Set<String>) async {
        for session in entries.keys where !sessions.contains(session) { await end(session) }
    }

    func endAll() async {
        let running = entries.values.compactMap(\.task)
        for session in Array(entries.keys) { await end(session) }
        for task in running { await task.value }
    }

    var live: Set<String> { Set(entries.keys) }

    private func run(_ tunnel: Tunnel, onFailure: @Sendable (String) -> Void) async {
        let session = tunnel.session
        var logger = logger
        logger[metadataKey: "session"] = "\(session)"
        do {
            let provisioned = try await tunnel.open { [weak self] channel in await self?.note(channel, session) }
            entries[session]?.provisioned += provisioned
            let channel = entries[session]?.channel
            logger.info("tunnel open")
            try? await channel?.closeFuture.get()
            logger.info("tunnel closed")
        } catch {
            logger.warning("tunnel not opened: \(error)")
            if !(error is TunnelRefusal) { onFailure(String(describing: error)) }
        }
        await release(session)
        entries[session] = nil
    }

    private func note(_ channel: any Channel, _ session: String) {
        entries[session]?.channel = channel
        if entries[session]?.isEnded == true { channel.close(promise: nil) }
    }

    private func release(_ session: String) async {
        let provisioned = entries[session]?.provisioned ?? []
        entries[session]?.provisioned = []
        for result in provisioned { await result.release?() }
    }
}
