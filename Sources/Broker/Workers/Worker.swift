import Glibc
import Logging
package import NIOCore
package import WorkerProtocol

/// A worker with its channels. Mutable state is used on `loop` only.
package final class Worker: @unchecked Sendable {
    package let loop: any EventLoop
    package let plugin: PluginDescriptor
    package let pid: Int32
    /// The host's end of the plugin's transport: not reading yet, half closure allowed.
    package let transport: any Channel
    /// Once the process has gone and everything it said has been heard.
    package let ended: EventLoopFuture<WorkerEnding>

    private static let lingering = TimeAmount.seconds(5)

    /// Where the connections that it asks for are sent; nil for one that may not ask.
    let dial: DialSocket?
    private let file: (path: String, identity: FileIdentity)
    private let log: any Channel
    private let control: WorkerControl
    private let options: Broker.Options
    let handlers: WorkerHandlers
    private let confinement: EventLoopPromise<ConfinementReport>
    private let end: EventLoopPromise<WorkerEnding>
    private let logger: Logger

    private(set) var messages: (any Channel)?
    /// Everything that it said has been read. Not so before there is a channel, however long its process has been gone.
    private var isHeard = false
    var isFlushing = false
    /// Nobody wants to hear what it shows for the moment.
    var isPaused = false
    private var heard = WorkerEnding.Heard()
    private var process: ProcessEnding?
    private(set) var isClosing = false
    private var timers: [Scheduled<Void>] = []

    init(
        plugin: PluginDescriptor,
        file: (path: String, identity: FileIdentity),
        control: WorkerControl,
        transport: any Channel,
        log: any Channel,
        dial: DialSocket?,
        options: Broker.Options,
        handlers: WorkerHandlers,
        logger: Logger
    ) {
        self.plugin = plugin
        self.file = file
        self.control = control
        self.transport = transport
        self.log = log
        self.dial = dial
        self.options = options
        self.handlers = handlers
        self.logger = logger
        pid = control.pid
        loop = transport.eventLoop
        confinement = loop.makePromise()
        end = loop.makePromise()
        ended = end.futureResult
        control.ending.whenKnown { [self] ending in loop.execute { self.processEnded(ending) } }
    }

    /// What the kernel refused; throws when the worker ends before it gets there.
    package func confined() async throws -> ConfinementReport { try await confinement.futureResult.get() }

    func received(_ message: WorkerMessage) {
        switch message {
        case .confined(let report):
            if let summary = report.summary { logger.warning("\(summary)") }
            if options.isStrict, let summary = report.summary {
                return stop("\(summary), and scrier.confinement is strict")
            }
            // It is loaded by now, and has been given nothing yet: what was loaded has to be what was looked at.
            guard FileIdentity(file.path) == file.identity else {
                let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
                return stop(BrokerError.pluginChanged(name).description)
            }
            confinement.succeed(report)
        case .explain(let sentence): heard.explanation = sentence
        case .ended(let status): heard.status = status
        case .exited(let status, let signal):
            heard.exitStatus = signal == nil ? status : nil
            heard.exitSignal = signal
        default: break
        }
        if !isClosing { handlers.onMessage(message) }
    }

    /// It said something that makes no sense: whatever it is now, it is not our worker.
    func misunderstood(_ error: any Error) {
        stop("The \(plugin.label) plugin's worker sent \(error)")
    }

    /// On the loop. It does not do what it is there for.
    func kill(_ verdict: String) {
        guard !isClosing else { return }
        stop(verdict)
    }

    private func stop(_ verdict: String) {
        heard.status = nil
        heard.verdict = verdict
        control.signal(SIGKILL)
    }

    /// On the loop, before anything is read.
    func opened(_ messages: any Channel) { self.messages = messages }

    /// On the loop.
    func messagesClosed() {
        messages = nil
        isHeard = true
        // A worker that hung up on us and lives on can be asked nothing any more.
        timers.append(loop.scheduleTask(in: Self.lingering) { [control] in control.signal(SIGKILL) })
        finishWhenOver()
    }

    private func processEnded(_ ending: ProcessEnding) {
        process = ending
        finishWhenOver()
    }

    private func finishWhenOver() {
        guard let process, isHeard else { return }
        for timer in timers { timer.cancel() }
        timers = []
        let ending = WorkerEnding(plugin: plugin, heard: heard, process: process, wasClosed: isClosing)
        confinement.fail(BrokerError.notConfined(ending.explanation ?? "the worker ended before it was confined"))
        end.succeed(ending)
        // Both end by themselves once they are read to their end, if anybody reads the transport at all.
        loop.scheduleTask(in: Self.lingering) { [log, transport] in
            log.close(promise: nil)
            transport.close(promise: nil)
        }
    }

    /// Asks the plugin to finish, then makes it. What it still has to show is not waited for.
    package func close() {
        loop.execute { [self] in
            guard !isClosing else { return }
            isClosing = true
            send(.close)
            // Reading on, into nothing: a worker that is stuck in writing could not hear.
            resumeReading()
            for (delay, number) in [(options.terminateAfter, SIGTERM), (options.killAfter, SIGKILL)] {
                timers.append(loop.scheduleTask(in: delay) { [control] in control.signal(number) })
            }
        }
    }
}
