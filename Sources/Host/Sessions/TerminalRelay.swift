import Broker
import NIOCore
import Wire

/// What a relay asks of the worker that holds the other end of a terminal.
protocol TerminalWorker: AnyObject {
    func sendInput(_ bytes: ByteBuffer)
    func resize(columns: Int, rows: Int)
    /// Asks for a picture of the screen with that number.
    func look(_ number: UInt32)
    func pauseOutput()
    func resumeOutput()
}

/// Between a worker's terminal and the operator's client: numbers the bytes, holds what was not acknowledged, and stops
/// whichever side is faster than the other.
///
/// Every member is used on `loop`, the loop of the worker and its tunnel: a keystroke takes one hop from the WebSocket's.
final class TerminalRelay: @unchecked Sendable {
    /// What a worker may have lying unread.
    static let inputLimit = 1 << 20
    /// From here the client's typing is no longer read.
    static let inputHighWater = 256 << 10
    static let ackBytes: UInt64 = 64 << 10
    static let ackDelay = TimeAmount.milliseconds(100)

    let loop: any EventLoop
    private(set) var worker: (any TerminalWorker)?
    private let grace: TimeAmount
    private let onAbandoned: @Sendable () -> Void

    private(set) var client: (any TerminalClient)?
    private var replay = ReplayBuffer()
    /// Why the worker's output is not read.
    private var holds: OutputHolds = []
    private var recording: BegunRecording?
    private(set) lazy var watchers = TerminalWatchers { [unowned self] in askForPicture() }
    /// What the client is waiting for; until it is there, nothing else is sent to it.
    var awaitedPicture: UInt32?
    var nextPicture: UInt32 = 0
    var pictureTimer: Scheduled<Void>?
    private(set) var ending: SessionEnd?
    private var hasBegun = false
    /// Asked for before the worker could be told.
    private var size: (columns: Int, rows: Int)?

    private var taken: UInt64 = 0
    private var takenTold: UInt64 = 0
    private var unconsumed = 0
    private var waitingInput = CircularBuffer<ByteBuffer>()
    private var waitingBytes = 0
    private var isInputPaused = false
    private var ackTimer: Scheduled<Void>?
    private var abandonTimer: Scheduled<Void>?

    init(
        loop: any EventLoop,
        worker: any TerminalWorker,
        grace: TimeAmount,
        onAbandoned: @escaping @Sendable () -> Void
    ) {
        self.loop = loop
        self.worker = worker
        self.grace = grace
        self.onAbandoned = onAbandoned
    }

    var bytesOut: UInt64 { replay.end }
    var bytesIn: UInt64 { taken }
    var acknowledged: UInt64 { replay.acknowledged }
    func missed(after position: UInt64) -> [ByteBuffer]? { replay.bytes(after: position) }

    // MARK: the worker's side

    /// The worker has its parameters: what was typed meanwhile may follow.
    func begin() {
        hasBegun = true
        if let size { setSize(size.columns, size.rows) }
        size = nil
        forwardWaiting()
    }

    func output(_ bytes: ByteBuffer) {
        replay.append(bytes)
        if awaitedPicture == nil {
            client?.send(output: bytes)
        } else if replay.isFull {
            // The picture will show what is left of it.
            acknowledgeAll()
        }
        watchers.output(bytes)
        recording?.file.output(bytes)
        if replay.isFull { hold(.unacknowledged, true) }
    }

    /// From now on everything that is shown goes there as well, and a disk that is too slow for it slows the session.
    func record(to recording: BegunRecording, onFailure: @escaping (RecordingError) -> Void) {
        self.recording = recording
        recording.file.begin(onBehind: { [self] in hold(.recording, $0) }, onFailure: onFailure)
    }

    /// Lines that stood on the screen.
    func text(_ lines: [String]) { recording?.add(lines) }

    private func hold(_ reason: OutputHolds, _ isOn: Bool) {
        let before = holds
        if isOn { holds.insert(reason) } else { holds.remove(reason) }
        guard before.isEmpty != holds.isEmpty, ending == nil else { return }
        if holds.isEmpty { worker?.resumeOutput() } else { worker?.pauseOutput() }
    }

    private func setSize(_ columns: Int, _ rows: Int) {
        worker?.resize(columns: columns, rows: rows)
        recording?.file.resize(columns: columns, rows: rows)
        watchers.tell(.resize(columns: columns, rows: rows))
    }

    func acknowledgeAll() { _ = acknowledge(replay.end) }

    func consumed(_ count: Int) {
        unconsumed = max(0, unconsumed - count)
        forwardWaiting()
        if isInputPaused, unconsumed + waitingBytes < Self.inputHighWater / 2 {
            isInputPaused = false
            client?.resumeReading()
        }
    }

    private func forwardWaiting() {
        while hasBegun, let next = waitingInput.first, unconsumed + next.readableBytes <= Self.inputLimit {
            waitingInput.removeFirst()
            waitingBytes -= next.readableBytes
            forward(next)
        }
    }

    /// Nothing follows. Whoever attaches from now on gets what is left, and the reason.
    func finish(_ end: SessionEnd) {
        guard ending == nil else { return }
        ending = end
        worker = nil
        abandonTimer?.cancel()
        tellTaken()
        watchers.finish(with: end)
        if awaitedPicture == nil { client?.finish(with: end) } else { sendMissed() }
    }

    /// How far the session has come.
    func tell(_ state: SessionState) { client?.send(.state(state)) }

    // MARK: the client's side

    /// Takes the place of whoever was attached before.
    func attach(_ new: any TerminalClient, after position: UInt64?) {
        guard let missed = replay.bytes(after: position ?? replay.acknowledged) else {
            new.refuse(.positionGone, "the output after byte \(position ?? 0) is not available any more")
            return
        }
        if let position { _ = acknowledge(position) }
        takePlace(new)
        for bytes in missed { new.send(output: bytes) }
        if let ending { new.finish(with: ending) }
    }

    func takePlace(_ new: any TerminalClient) {
        client?.refuse(.replaced, "attached from another place")
        client = new
        abandonTimer?.cancel()
        abandonTimer = nil
        forgetPicture()
        isInputPaused = false
        new.send(.ack(bytes: taken))
        takenTold = taken
        if !watchers.names.isEmpty { new.send(.watchers(names: watchers.names)) }
        if unconsumed + waitingBytes >= Self.inputHighWater { pauseInput() }
    }

    /// The connection broke, or ended. False for a client that was replaced: it has no say.
    func detach(_ old: any TerminalClient) -> Bool {
        guard client === old else { return false }
        client = nil
        forgetPicture()
        startGrace(grace)
        return true
    }

    /// Nobody is attached: how long the session waits for somebody.
    func startGrace(_ grace: TimeAmount) {
        guard client == nil, ending == nil else { return }
        abandonTimer?.cancel()
        abandonTimer = loop.scheduleTask(in: grace) { [onAbandoned] in onAbandoned() }
    }

    func input(_ bytes: ByteBuffer, from sender: any TerminalClient) {
        guard client === sender, ending == nil, bytes.readableBytes > 0 else { return }
        taken += UInt64(bytes.readableBytes)
        waitingInput.append(bytes)
        waitingBytes += bytes.readableBytes
        forwardWaiting()
        if unconsumed + waitingBytes >= Self.inputHighWater, !isInputPaused { pauseInput() }
        if taken - takenTold >= Self.ackBytes {
            tellTaken()
        } else if ackTimer == nil {
            ackTimer = loop.scheduleTask(in: Self.ackDelay) { [self] in tellTaken() }
        }
    }

    func resize(columns: Int, rows: Int, from sender: any TerminalClient) {
        guard client === sender, ending == nil else { return }
        guard hasBegun else { return size = (columns, rows) }
        setSize(columns, rows)
    }

    func acknowledge(_ total: UInt64, from sender: any TerminalClient) {
        guard client === sender else { return }
        if !acknowledge(total) { sender.refuse(.protocolError, "acknowledged more output than was sent") }
    }

    private func acknowledge(_ total: UInt64) -> Bool {
        guard replay.acknowledge(upTo: total) else { return false }
        if replay.count < ReplayBuffer.limit / 2 { hold(.unacknowledged, false) }
        return true
    }

    private func forward(_ bytes: ByteBuffer) {
        unconsumed += bytes.readableBytes
        worker?.sendInput(bytes)
    }

    private func pauseInput() {
        isInputPaused = true
        client?.pauseReading()
    }

    private func tellTaken() {
        ackTimer?.cancel()
        ackTimer = nil
        guard taken > takenTold else { return }
        takenTold = taken
        client?.send(.ack(bytes: taken))
    }
}
