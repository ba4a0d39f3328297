import Dispatch
import Glibc
package import NIOCore

/// One session's recording while it goes on. What is shown is taken in on the loop that carries the bytes; encoding and
/// writing happen on a queue of their own. Where the disk is slower than the session, the session waits.
package final class SessionRecording: @unchecked Sendable {
    /// What may be on its way to the disk. From here the worker is not read.
    package static let limit = 4 << 20
    /// Nothing waits longer than this before it is the kernel's.
    static let interval = TimeAmount.milliseconds(500)
    private static let batchSize = 256 << 10
    /// More than that of a chunk is kept as it came; a keystroke's echo would hold a large buffer.
    private static let small = 2048

    private enum Event {
        case output(ByteBuffer)
        case resize(columns: Int, rows: Int)
    }

    private let loop: any EventLoop
    private let start: NIODeadline
    private let queue = DispatchQueue(label: "scrier.recording", qos: .utility)

    // On the loop.
    private var batch: [(at: UInt64, event: Event)] = []
    private var batchBytes = 0
    private var bytesInFlight = 0
    private var timer: Scheduled<Void>?
    private var isBehind = false
    private var isOver = false
    private var handlers: (onBehind: (Bool) -> Void, onFailure: (RecordingError) -> Void)?

    // On the queue.
    private let file: RecordingFile
    private let reserve: UInt64
    private var writer = AsciicastWriter()
    private var nextLook = NIODeadline.uptimeNanoseconds(0)
    private var failure: RecordingError?

    /// Blocks: makes the file and writes its first line. Below `reserve` bytes of free disk the recording gives up.
    package init(
        _ name: String,
        in directory: String,
        of subject: RecordingSubject,
        reserve: UInt64,
        on loop: any EventLoop
    ) throws(RecordingError) {
        file = try RecordingFile(name, in: directory)
        self.reserve = reserve
        self.loop = loop
        try file.append(AsciicastWriter.header(subject))
        start = .now()
    }

    // MARK: on the loop

    /// `onBehind` says when the disk has too much before it, and when it has caught up; `onFailure` is called once.
    package func begin(onBehind: @escaping (Bool) -> Void, onFailure: @escaping (RecordingError) -> Void) {
        handlers = (onBehind, onFailure)
    }

    /// Since its beginning.
    package var elapsed: TimeAmount { .now() - start }

    package func output(_ bytes: ByteBuffer) {
        let isSmall = bytes.readableBytes <= Self.small
        add(.output(isSmall ? ByteBuffer(bytes: bytes.readableBytesView) : bytes), size: bytes.readableBytes)
    }

    package func resize(columns: Int, rows: Int) { add(.resize(columns: columns, rows: rows), size: 16) }

    /// Writes what is left and says what there is. Whatever comes afterwards is not recorded.
    package func finish() -> EventLoopFuture<RecordingResult> {
        let promise = loop.makePromise(of: RecordingResult.self)
        loop.execute { [self] in
            handOver()
            isOver = true
            handlers = nil
            let elapsed = elapsed
            queue.async { [self] in
                write { writer.end(microseconds: Self.microseconds(elapsed), into: &$0) }
                let digest = file.finish()
                promise.succeed(
                    RecordingResult(
                        bytes: file.bytes,
                        sha256: digest,
                        duration: elapsed,
                        failure: failure?.description
                    )
                )
            }
        }
        return promise.futureResult
    }

    private func add(_ event: Event, size: Int) {
        guard !isOver else { return }
        batch.append((Self.microseconds(elapsed), event))
        batchBytes += size
        if batchBytes >= Self.batchSize {
            handOver()
        } else if timer == nil {
            timer = loop.scheduleTask(in: Self.interval) { self.handOver() }
        }
        tellPressure()
    }

    private func handOver() {
        timer?.cancel()
        timer = nil
        guard !batch.isEmpty, !isOver else { return }
        let (events, count) = (batch, batchBytes)
        batch.removeAll(keepingCapacity: batch.count <= 64)
        batchBytes = 0
        bytesInFlight += count
        queue.async { [self] in
            let problem = write { lines in
                for (time, event) in events { encode(event, time, into: &lines) }
            }
            loop.execute { self.written(count, problem) }
        }
    }

    private func written(_ count: Int, _ problem: RecordingError?) {
        bytesInFlight -= count
        tellPressure()
        guard let problem, !isOver else { return }
        isOver = true
        handlers?.onFailure(problem)
    }

    private func tellPressure() {
        let waiting = batchBytes + bytesInFlight
        guard isBehind ? waiting < Self.limit / 2 : waiting >= Self.limit else { return }
        isBehind.toggle()
        handlers?.onBehind(isBehind)
    }

    private static func microseconds(_ time: TimeAmount) -> UInt64 { UInt64(max(0, time.nanoseconds) / 1000) }

    // MARK: on the queue

    /// Nil, or why nothing more can be written.
    @discardableResult
    private func write(_ encode: (inout [UInt8]) -> Void) -> RecordingError? {
        guard failure == nil else { return failure }
        var lines: [UInt8] = []
        encode(&lines)
        do throws(RecordingError) {
            try checkDisk()
            try file.append(lines)
        } catch {
            failure = error
        }
        return failure
    }

    /// Once a second is enough.
    private func checkDisk() throws(RecordingError) {
        guard NIODeadline.now() >= nextLook else { return }
        nextLook = .now() + .seconds(1)
        guard file.freeBytes >= reserve else { throw .diskNearlyFull }
        file.beginWriteback()
    }

    private func encode(_ event: Event, _ time: UInt64, into lines: inout [UInt8]) {
        switch event {
        case .resize(let columns, let rows):
            writer.resize(columns: columns, rows: rows, microseconds: time, into: &lines)
        case .output(let bytes):
            bytes.withUnsafeReadableBytes { raw in
                writer.output(raw.assumingMemoryBound(to: UInt8.self), microseconds: time, into: &lines)
            }
        }
    }
}
