package import NIOCore
import NIOWebSocket
package import Wire

/// A look at somebody else's session: its screen, then what follows. After a lost connection it begins anew.
package final class WatchSession: TerminalFrameReceiver, @unchecked Sendable {
    package enum Outcome: Equatable, Sendable {
        case ended(SessionEnd)
        /// The watcher has seen enough.
        case left
        case lost(String)
    }

    package let outcome: EventLoopFuture<Outcome>
    private let loop: any EventLoop
    private let connector: WebSocketConnector
    private let path: String
    private let show: @Sendable (ByteBuffer) -> Void
    private let note: @Sendable (TerminalControl) -> Void
    private let promise: EventLoopPromise<Outcome>

    private var channel: (any Channel)?
    private var isOver = false
    private var lostAt: NIODeadline?
    /// Of the present connection.
    private let output: ReceivedOutput

    private static let patience = TimeAmount.seconds(30)

    /// `show` gets the screen's bytes, `note` the session's size and who else looks on.
    package init(
        connection: ServerConnection,
        path: String,
        show: @escaping @Sendable (ByteBuffer) -> Void,
        note: @escaping @Sendable (TerminalControl) -> Void
    ) {
        loop = connection.group.next()
        output = ReceivedOutput(loop: loop)
        connector = WebSocketConnector(connection: connection.on(loop))
        self.path = path
        self.show = show
        self.note = note
        promise = loop.makePromise()
        outcome = promise.futureResult
    }

    package func start() { loop.execute { self.attach() } }

    package func leave() {
        loop.execute {
            self.channel?.closeWebSocket()
            self.finish(.left)
        }
    }

    func received(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        show(bytes)
        output.add(bytes.readableBytes)
    }

    func received(_ message: TerminalControl) {
        guard !isOver else { return }
        if case .end(let end) = message { finish(.ended(end)) } else { note(message) }
    }

    func disconnected(_ code: WebSocketErrorCode?) {
        channel = nil
        retry("the connection to the server was lost")
    }

    private func attach() {
        guard !isOver else { return }
        let attached = loop.makePromise(of: (any Channel).self)
        attached.completeWithTask { [connector, path] in try await connector.open(path, session: self) }
        attached.futureResult.whenComplete { result in
            switch result {
            case .success(let channel): self.attached(channel)
            case .failure(let error as OperatorError) where error.code != nil: self.finish(.lost(error.description))
            case .failure(let error): self.retry("\(error)")
            }
        }
    }

    private func attached(_ channel: any Channel) {
        guard !isOver, channel.isActive else { return channel.close(promise: nil) }
        self.channel = channel
        lostAt = nil
        output.attach(channel)
    }

    private func retry(_ reason: String) {
        guard !isOver else { return }
        let lost = lostAt ?? .now()
        lostAt = lost
        output.detach()
        output.begin(at: 0)
        guard NIODeadline.now() - lost < Self.patience else { return finish(.lost(reason)) }
        loop.scheduleTask(in: .milliseconds(500)) { self.attach() }
    }

    private func finish(_ outcome: Outcome) {
        guard !isOver else { return }
        isOver = true
        output.detach()
        channel?.close(promise: nil)
        promise.succeed(outcome)
    }
}
