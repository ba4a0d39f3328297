import NIOCore
import Wire

/// Those who look on at a session. Each begins with a picture of the screen and gets what follows; who does not take it fast enough
/// is left out until there is room, and goes on with a new picture. Nobody waits for them. On the session's loop only.
final class TerminalWatchers {
    private final class Watcher {
        enum State: Equatable {
            case awaitsPicture(UInt32)
            case follows
            case isBehind
        }

        let client: any TerminalClient
        let name: String
        var state: State
        /// Of this connection: every byte of its binary frames.
        var sent: UInt64 = 0
        var acknowledged: UInt64 = 0

        init(_ client: any TerminalClient, name: String, state: State) {
            self.client = client
            self.name = name
            self.state = state
        }
    }

    /// From here a watcher is behind.
    static let mostUnacknowledged: UInt64 = 256 << 10
    /// From here it gets a new picture.
    static let fewUnacknowledged: UInt64 = 32 << 10

    private var watchers: [Watcher] = []
    private let askForPicture: () -> UInt32

    /// `askForPicture` returns the number that the picture will have.
    init(askForPicture: @escaping () -> UInt32) { self.askForPicture = askForPicture }

    var names: [String] { watchers.map(\.name) }

    func add(_ client: any TerminalClient, name: String) {
        watchers.append(Watcher(client, name: name, state: .awaitsPicture(askForPicture())))
    }

    /// False for one that is none.
    func remove(_ client: any TerminalClient) -> Bool {
        let before = watchers.count
        watchers.removeAll { $0.client === client }
        return watchers.count < before
    }

    func output(_ bytes: ByteBuffer) {
        for watcher in watchers where watcher.state == .follows {
            if watcher.sent - watcher.acknowledged > Self.mostUnacknowledged {
                watcher.state = .isBehind
            } else {
                send(bytes, to: watcher)
            }
        }
    }

    func show(_ picture: TerminalPicture, number: UInt32) {
        for watcher in watchers where watcher.state == .awaitsPicture(number) {
            watcher.client.send(.resize(columns: picture.columns, rows: picture.rows))
            send(ByteBuffer(bytes: picture.paint), to: watcher)
            watcher.state = .follows
        }
    }

    func acknowledge(_ total: UInt64, from client: any TerminalClient) {
        guard let watcher = watchers.first(where: { $0.client === client }) else { return }
        watcher.acknowledged = max(watcher.acknowledged, min(total, watcher.sent))
        guard watcher.state == .isBehind, watcher.sent - watcher.acknowledged <= Self.fewUnacknowledged else { return }
        watcher.state = .awaitsPicture(askForPicture())
    }

    func tell(_ control: TerminalControl) { for watcher in watchers { watcher.client.send(control) } }

    func finish(with end: SessionEnd) { for watcher in watchers { watcher.client.finish(with: end) } }

    private func send(_ bytes: ByteBuffer, to watcher: Watcher) {
        watcher.sent += UInt64(bytes.readableBytes)
        watcher.client.send(output: bytes)
    }
}
