import Glibc
import PluginAPI
import WorkerProtocol

/// One call of a plugin's `run`, and what its host functions act on. Everything here happens on the one thread that is
/// inside `run`; only `log` may come from another, and that touches nothing of this.
final class PluginSession {
    let library: PluginLibrary
    let socket: MessageSocket
    private(set) var provisions: Provisions
    private(set) var events: EventQueue?
    private var dialer: Dialer?
    private(set) var parameters = SessionValues()
    private(set) var secrets = SessionValues()
    private(set) var abilities: StartSession.Abilities = []
    private var screen: SessionScreen?
    private var hasBeenReady = false
    private var hasExited = false
    private var explanations = 0

    /// A plugin may be wrong about its failure once or twice; it may not fill the server's log.
    private static let mostExplanations = 8
    private static let longestSentence = 1024
    private static let largestClipboard = WorkerFrame.maximumPayload - 1024

    init(library: PluginLibrary, socket: MessageSocket, provisions: Provisions = Provisions()) {
        self.library = library
        self.socket = socket
        self.provisions = provisions
    }

    /// Waits for `start`, then for the plugin. Returns how the session ended.
    func run(transport: Int32) -> scrier_status {
        guard let events = EventQueue(socket: socket) else { return .internalError }
        self.events = events
        guard var start = events.waitForStart() else { return events.nonsense == nil ? .cancelled : .internalError }
        do throws(SessionValues.Refusal) {
            (parameters, secrets) = try SessionValues.check(&start, for: library.descriptor, with: provisions)
        } catch {
            socket.send(.explain(error.sentence))
            return .invalid
        }
        provisions.closeKeys()
        abilities = start.abilities
        if let socket = provisions.dial { dialer = Dialer(socket: socket, messages: self.socket) }
        screen = SessionScreen(start, socket: self.socket)
        if let screen { events.keep(screen) }
        let table = HostTable(session: self)
        let status = table.withHost { library.plugin.pointee.run($0, transport) }
        secrets.wipe()
        return status
    }

    /// The last words.
    func end(with status: scrier_status) {
        screen?.end()
        let nonsense = events?.nonsense
        if let nonsense {
            StandardError.log(level: 1, "the server sent \(nonsense)")
            socket.send(.explain("the server and its worker did not understand each other: \(nonsense)"))
        }
        socket.send(.ended(status: nonsense == nil ? status : .internalError))
        // Whoever closed the session may have stopped reading; then there is no reason to stay.
        socket.drain(milliseconds: events?.isClosing == true ? 2000 : -1)
    }

    func ready() {
        guard !hasBeenReady else { return }
        hasBeenReady = true
        socket.send(.ready)
    }

    func explain(_ sentence: UnsafeRawBufferPointer) {
        guard explanations < Self.mostExplanations else { return }
        explanations += 1
        socket.send(.explain(text(sentence, upTo: Self.longestSentence)))
    }

    func write(_ output: UnsafeRawBufferPointer, taken: inout Int) -> scrier_status {
        taken = 0
        guard !socket.isBroken else { return .cancelled }
        guard !output.isEmpty else { return .ok }
        taken = socket.output(output)
        if taken > 0 {
            screen?.feed(UnsafeRawBufferPointer(rebasing: output[..<taken]))
            return .ok
        }
        guard !socket.isBroken else { return .cancelled }
        events?.wantRoom()
        return .empty
    }

    func exited(status: Int32, signal: String?) {
        guard !hasExited else { return }
        hasExited = true
        socket.send(.exited(status: status, signal: signal))
    }

    func ask(_ request: UInt32, hidden: Bool, question: UnsafeRawBufferPointer) -> scrier_status {
        whenThereIsRoom { .ask(request, hidden: hidden, question: text(question, upTo: Self.longestSentence)) }
    }

    func check(_ request: UInt32, kind: String, key: UnsafeRawBufferPointer) -> scrier_status {
        guard key.count <= Self.longestSentence * 16 else { return .tooLarge }
        return whenThereIsRoom { .check(request, kind: kind, key: Array(key)) }
    }

    func offer(mime: String, _ bytes: UnsafeRawBufferPointer) -> scrier_status {
        guard bytes.count <= Self.largestClipboard, mime.utf8.count <= 256 else { return .tooLarge }
        return whenThereIsRoom { .clipboard(mime: mime, bytes: Array(bytes)) }
    }

    /// For a terminal and the like, which have nobody that asks, a reply is INVALID: no request of theirs is open.
    func reply(to request: UInt32, _ status: scrier_status, body: UnsafeRawBufferPointer) -> scrier_status {
        guard body.count <= WorkerFrame.maximumBody else { return .tooLarge }
        guard let events, events.isOpen(request: request) else { return .invalid }
        let prefix = ExchangePayload.reply(request, status: status)
        let result = exchange(.reply, prefix, body)
        if result == .ok { events.close(request: request) }
        return result
    }

    func notify(topic: String, body: UnsafeRawBufferPointer) -> scrier_status {
        guard body.count <= WorkerFrame.maximumBody, topic.utf8.count <= 256 else { return .tooLarge }
        return exchange(.notify, ExchangePayload.notification(topic: topic), body)
    }

    var canDial: Bool { dialer != nil }

    func dial(_ endpoint: String, milliseconds: UInt32) -> Int32 {
        guard let dialer, let events else { return .unsupported }
        guard endpoint.utf8.count <= 256 else { return .invalid }
        return dialer.open(endpoint, milliseconds: milliseconds, events)
    }

    private func exchange(
        _ kind: WorkerMessage.Kind,
        _ prefix: [UInt8],
        _ body: UnsafeRawBufferPointer
    ) -> scrier_status {
        guard !socket.isBroken else { return .cancelled }
        if socket.exchange(kind, prefix: prefix, body: body) { return .ok }
        guard !socket.isBroken else { return .cancelled }
        events?.wantRoom()
        return .empty
    }

    private func whenThereIsRoom(_ message: () -> WorkerMessage) -> scrier_status {
        guard !socket.isBroken else { return .cancelled }
        guard socket.flush() else {
            events?.wantRoom()
            return .empty
        }
        socket.send(message())
        return .ok
    }

    /// What a plugin says may come from its target: invalid UTF-8 is repaired, control characters become spaces.
    private func text(_ bytes: UnsafeRawBufferPointer, upTo limit: Int) -> String {
        let clean = bytes.prefix(limit).map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        return String(decoding: clean, as: UTF8.self)
    }
}
