package import NIOCore
import NIOWebSocket
import Wire

/// One attached session, from the first WebSocket to the end. Everything in it happens on one event loop.
package final class TerminalSession: TerminalFrameReceiver, @unchecked Sendable {
    package struct Limits: Sendable {
        package var ready: TimeAmount
        /// How long a lost connection is tried again; the server keeps the session for as long.
        package var grace: TimeAmount = .seconds(60)

        package init(ready: TimeAmount) { self.ready = ready }
    }

    package let outcome: EventLoopFuture<SessionOutcome>
    let loop: any EventLoop
    private let connector: WebSocketConnector
    private let path: String
    private let basePath: String
    private let terminal: any OperatorTerminal
    private let limits: Limits
    private let promise: EventLoopPromise<SessionOutcome>

    private var channel: (any Channel)?
    private var state = SessionState.waiting
    private var isOver = false
    private var lostAt: NIODeadline?
    private var attempts = 0
    /// Until the server has said how much input it has.
    private var isResuming = false
    private var input = TypedInput()
    private let output: ReceivedOutput
    /// Until the picture that was asked for is there, nobody can say after which byte to go on.
    private var awaitsPicture: Bool
    private var pictureIsNext = false
    private var watchers: [String] = []

    /// `withPicture`: the session goes on already, and its screen is to be painted first.
    package init(
        connection: ServerConnection,
        path: String,
        terminal: any OperatorTerminal,
        limits: Limits,
        withPicture: Bool = false
    ) {
        loop = connection.group.next()
        output = ReceivedOutput(loop: loop)
        connector = WebSocketConnector(connection: connection.on(loop))
        self.path = withPicture ? "\(path)?screen=1" : path
        basePath = path
        awaitsPicture = withPicture
        self.terminal = terminal
        self.limits = limits
        promise = loop.makePromise()
        outcome = promise.futureResult
    }

    package func start() {
        loop.execute {
            self.attach()
            self.loop.scheduleTask(in: self.limits.ready) {
                if self.state != .ready { self.finish(.timedOut(self.state)) }
            }
        }
    }

    // MARK: From the terminal, on any thread

    package func typed(_ bytes: ByteBuffer) {
        loop.execute {
            guard !self.isOver else { return }
            self.input.append(bytes)
            if !self.isResuming { self.channel?.send(.binary, bytes) }
            if self.input.isFull { self.terminal.pause(true) }
        }
    }

    package func resized() {
        loop.execute { self.sendSize() }
    }

    package func abandon() {
        loop.execute {
            self.channel?.closeWebSocket()
            self.finish(.abandoned)
        }
    }

    // MARK: From the server, on the event loop

    func received(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        terminal.write(bytes.readableBytesView)
        guard !pictureIsNext else {
            pictureIsNext = false
            return
        }
        output.add(bytes.readableBytes)
    }

    func received(_ message: TerminalControl) {
        guard !isOver else { return }
        switch message {
        case .state(let state):
            let wasReady = self.state == .ready
            self.state = state
            if state == .ready && !wasReady { terminal.begin(self) }
        case .ack(let bytes):
            input.acknowledge(bytes)
            if isResuming {
                isResuming = false
                if input.rest.readableBytes > 0 { channel?.send(.binary, input.rest) }
            }
            if !input.isFull { terminal.pause(false) }
        case .end(let end): finish(.ended(end))
        case .error(let message): terminal.note(message)
        case .screen(let bytes, _, _):
            awaitsPicture = false
            pictureIsNext = true
            output.begin(at: bytes)
        case .watchers(let names):
            tell(names)
        case .resize: break
        }
    }

    func disconnected(_ code: WebSocketErrorCode?) {
        channel = nil
        output.detach()
        guard !isOver else { return }
        switch code {
        case WebSocketErrorCode(codeNumber: 4001): finish(.lost("another terminal has taken this session over"))
        // It has shown there what this one missed. Coming back by itself would take it away from whoever sits there.
        case WebSocketErrorCode(codeNumber: 4002): finish(.lost("this session has gone on at another terminal"))
        case WebSocketErrorCode(codeNumber: 4003): finish(.lost("the API token of this terminal is good no more"))
        default: retry("the connection to the server was lost")
        }
    }

    // MARK: Attaching

    private func attach() {
        guard !isOver else { return }
        let isFirst = attempts == 0 && output.total == 0
        let path = isFirst || awaitsPicture ? path : "\(basePath)?after=\(output.total)"
        pictureIsNext = false
        let attached = loop.makePromise(of: (any Channel).self)
        attached.completeWithTask { [connector] in try await connector.open(path, session: self) }
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
        output.attach(channel)
        if lostAt != nil, attempts > 1 { terminal.note("connected again") }
        lostAt = nil
        attempts = 0
        sendSize()
        // The server's first words may have come before the channel was ours: what was typed on them waits still.
        if !isResuming, input.rest.readableBytes > 0 { channel.send(.binary, input.rest) }
    }

    /// Tries again for as long as the server keeps the session; a short gap goes unmentioned.
    private func retry(_ reason: String) {
        guard !isOver else { return }
        let lost = lostAt ?? .now()
        lostAt = lost
        isResuming = true
        guard NIODeadline.now() - lost < limits.grace else { return finish(.lost(reason)) }
        if attempts == 1 { terminal.note("the connection to the server was lost, trying again") }
        let delay = min(TimeAmount.milliseconds(100 << Int64(min(attempts, 5))), .seconds(3))
        attempts += 1
        loop.scheduleTask(in: delay) { self.attach() }
    }

    /// Who came, and who left.
    private func tell(_ names: [String]) {
        for name in names where !watchers.contains(name) { terminal.note("\(name) is watching this session") }
        for name in watchers where !names.contains(name) { terminal.note("\(name) is not watching any more") }
        watchers = names
    }

    private func sendSize() {
        guard let size = terminal.size else { return }
        channel?.send(.resize(columns: size.columns, rows: size.rows))
    }

    private func finish(_ outcome: SessionOutcome) {
        guard !isOver else { return }
        isOver = true
        output.detach()
        channel?.close(promise: nil)
        promise.succeed(outcome)
    }
}
