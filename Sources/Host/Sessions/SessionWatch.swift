import Foundation
import NIOCore
import Store
import Synchronization
import Wire

/// One administrator's look at another's session, from the WebSocket's opening to its end; both are on record.
final class SessionWatch: TerminalSocketDelegate {
    private let session: Session
    private let name: String
    private let clientAddress: String
    private let store: Store
    private let isOver = Mutex(false)

    init(_ session: Session, by name: String, from clientAddress: String, store: Store) {
        self.session = session
        self.name = name
        self.clientAddress = clientAddress
        self.store = store
    }

    /// Before anything is shown, which may never be: it ends with the connection at the latest.
    func recordStart(on channel: any Channel) async throws {
        try await store.append([event(.scrierWatchStarted)])
        channel.closeFuture.whenComplete { _ in self.recordEnd() }
    }

    func begin(_ client: any TerminalClient) { session.watch(client, name: name) }

    /// A watcher types for nobody.
    func received(input: ByteBuffer, from client: any TerminalClient) {}

    func received(_ control: TerminalControl, from client: any TerminalClient) {
        switch control {
        case .ack(let bytes): session.onRelay { $0.watchers.acknowledge(bytes, from: client) }
        case .resize: break
        default: client.refuse(.protocolError, "a message that only the server sends")
        }
    }

    func ended(_ client: any TerminalClient, onPurpose: Bool) {
        session.onRelay { $0.unwatch(client) }
        recordEnd()
    }

    private func recordEnd() {
        let isFirst = isOver.withLock { isOver in
            defer { isOver = true }
            return !isOver
        }
        guard isFirst else { return }
        Task { [store, session, event = event(.scrierWatchEnded)] in
            do { try await store.append([event]) } catch {
                session.logger.error("the end of a watch could not be recorded", metadata: ["error": "\(error)"])
            }
        }
    }

    private func event(_ action: AuditAction) -> AuditEvent {
        AuditEvent(
            action,
            actor: name,
            subject: session.id.lowercased,
            details: [
                "envoy": session.plan.envoy.lowercased, "hostname": session.plan.hostname, "user": session.plan.actor,
                "client": clientAddress,
            ]
        )
    }
}
