import PluginKit

/// Carries bytes between the channel and the operator's terminal until the channel ends.
final class Relay {
    private let session: Session
    private var connection: SSHConnection { session.connection }
    private var liveness: Liveness
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    /// What the terminal has not taken yet.
    private var output = 0..<0
    private var isTerminalFull = false
    private var hasEnded = false
    /// What the channel has not taken yet; the host holds further input back meanwhile.
    private var input: [UInt8] = []
    private var wantsResize: WindowSize?
    private var isAsking = false
    private var saw: (output: Bool, input: Bool) = (false, false)
    private let began = ContinuousClock.now

    /// Rounds of reading before events get their turn.
    private static let readsInARow = 8

    init(_ session: Session) {
        self.session = session
        liveness = Liveness(session.limits.liveness, now: began)
    }

    deinit { buffer.deallocate() }

    func run() throws {
        while true {
            let hasMore = try carryOutput()
            try carryInput()
            try tellSize()
            if hasEnded && output.isEmpty { return try finish() }
            let patience = try checkLiveness()
            let readiness = session.host.wait(
                transport: connection.transport.descriptor,
                reading: !hasEnded,
                writing: connection.transport.wantsToWrite,
                timeout: hasMore ? .zero : patience
            )
            if readiness.isWritable { connection.transport.flush() }
            if readiness.hasEvents { try takeEvents() }
        }
    }

    /// True when the channel may have more at once.
    private func carryOutput() throws -> Bool {
        for _ in 0..<Self.readsInARow {
            try writeOutput()
            guard output.isEmpty else {
                if !hasEnded { try connection.readNothing() }
                return false
            }
            guard !hasEnded else { return false }
            switch try connection.read(into: buffer) {
            case .again: return false
            case .end: hasEnded = true
            case .bytes(let count):
                output = 0..<count
                saw.output = true
            }
        }
        return true
    }

    private func writeOutput() throws {
        while !output.isEmpty && !isTerminalFull {
            let taken = try session.terminal.write(UnsafeRawBufferPointer(rebasing: buffer[output]))
            output = output.lowerBound + taken..<output.upperBound
            isTerminalFull = taken == 0
        }
    }

    private func carryInput() throws {
        guard !input.isEmpty else { return }
        let taken = try input.withUnsafeBytes { try write($0) }
        input.removeFirst(taken)
        if input.isEmpty { session.terminal.holdInput(false) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        var taken = 0
        while taken < bytes.count {
            let count = try connection.write(UnsafeRawBufferPointer(rebasing: bytes[taken...]))
            guard count > 0 else { break }
            taken += count
        }
        return taken
    }

    private func takeEvents() throws {
        while let event = session.host.nextEvent() {
            switch event {
            case .close: throw Session.Cancelled()
            case .input(let bytes):
                saw.input = true
                let taken = input.isEmpty ? try write(bytes) : 0
                guard taken < bytes.count else { continue }
                input += bytes[taken...]
                session.terminal.holdInput(true)
            case .resize(let size):
                wantsResize = size
                // At once: what is typed next may depend on it.
                try tellSize()
            case .writable: isTerminalFull = false
            default: break
            }
        }
    }

    private func tellSize() throws {
        guard let size = wantsResize, try connection.resize(size) else { return }
        wantsResize = nil
    }

    /// How long it may stay quiet before the next look.
    private func checkLiveness() throws -> Duration {
        if isAsking, try connection.askWhetherAlive() { isAsking = false }
        switch liveness.step(received: connection.transport.received, now: .now) {
        case .wait(let time): return time
        case .dead: throw SessionFailure(.timedOut, "The envoy's sshd does not answer any more.")
        case .ask:
            isAsking = try !connection.askWhetherAlive()
            return .zero
        }
    }

    private func finish() throws {
        try session.complete(within: session.limits.close, connection.closeChannel)
        let exit = connection.exit
        exit.tell(session.terminal)
        connection.disconnect()
        let wasShort = ContinuousClock.now - began < .seconds(2)
        guard case .status(let status) = exit, status != 0, wasShort, !saw.output, !saw.input,
            session.settings.command == nil
        else { return }
        throw SessionFailure(
            .closed,
            "The login shell of \(session.settings.username) ended at once with status \(status) and showed nothing: see that user's shell and profile on the envoy."
        )
    }
}
