import NIOCore
import Wire

/// The operator's client and the terminal find each other, whichever comes first.
extension Session: TerminalSocketDelegate {
    func attach(_ client: any TerminalClient, after position: UInt64?, withPicture: Bool = false) {
        let (attachment, lifecycle) = state.withLock { state -> (Attachment, SessionLifecycle) in
            let before = state.attachment
            if case .early = before { state.attachment = .early(client) }
            return (before, state.lifecycle)
        }
        switch attachment {
        case .early(let older):
            client.send(.state(lifecycle.state))
            older?.refuse(.replaced, "attached from another place")
        case .relay:
            onRelay { [self] relay in
                // As it is by now: what changed a moment ago was told to nobody.
                client.send(.state(self.lifecycle.state))
                if withPicture { relay.attachWithPicture(client) } else { relay.attach(client, after: position) }
            }
        case .over(let end):
            client.send(.state(lifecycle.state))
            client.finish(with: end)
        }
    }

    func watch(_ client: any TerminalClient, name: String) {
        switch state.withLock({ $0.attachment }) {
        case .early: client.refuse(.notBegun, "the session has not begun")
        case .relay: onRelay { $0.watch(client, name: name) }
        case .over(let end): client.finish(with: end)
        }
    }

    /// On the relay's loop.
    func hand(over relay: TerminalRelay) {
        let client = state.withLock { state -> (any TerminalClient)? in
            guard case .early(let client) = state.attachment else { return nil }
            state.attachment = .relay(relay)
            return client
        }
        if let client {
            relay.attach(client, after: nil)
        } else {
            relay.startGrace(parts.timeouts.firstAttach)
        }
    }

    func received(input: ByteBuffer, from client: any TerminalClient) {
        onRelay { $0.input(input, from: client) }
    }

    func received(_ control: TerminalControl, from client: any TerminalClient) {
        switch control {
        case .resize(let columns, let rows):
            state.withLock { $0.size = (columns, rows) }
            onRelay { $0.resize(columns: columns, rows: rows, from: client) }
        case .ack(let bytes):
            onRelay { $0.acknowledge(bytes, from: client) }
        default:
            client.refuse(.protocolError, "a message that only the server sends")
        }
    }

    func ended(_ client: any TerminalClient, onPurpose: Bool) {
        let isCurrent = state.withLock { state -> Bool in
            guard case .early(let early) = state.attachment, early === client else { return false }
            state.attachment = .early(nil)
            return true
        }
        if onPurpose, isCurrent { return end(.operatorClosed) }
        onRelay { [self] relay in
            let wasAttached = relay.detach(client)
            if onPurpose, wasAttached { end(.operatorClosed) }
        }
    }

    /// At once, where this is the relay's loop already: what a connection says of its end comes after its beginning.
    func onRelay(_ action: @escaping @Sendable (TerminalRelay) -> Void) {
        let relay = state.withLock { state -> TerminalRelay? in
            guard case .relay(let relay) = state.attachment else { return nil }
            return relay
        }
        guard let relay else { return }
        if relay.loop.inEventLoop { action(relay) } else { relay.loop.execute { action(relay) } }
    }
}
