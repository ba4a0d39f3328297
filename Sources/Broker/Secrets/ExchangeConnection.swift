import NIOCore
import WorkerProtocol

/// Requests to one worker and what comes back. Used on the worker's loop only, but for `ask`. What waits is bounded in
/// both directions: the worker is never sent more than it has agreed to, and the rest waits here up to a limit.
final class ExchangeConnection: @unchecked Sendable {
    private struct Open {
        var question: ExchangeQuestion?
        var size: Int
        var sent: NIODeadline
        var timer: Scheduled<Void>
    }

    private struct Waiting {
        var number: UInt32
        var question: ExchangeQuestion
        var size: Int
        var timer: Scheduled<Void>
    }

    private static let mostWaiting = 1024
    private static let mostWaitingBytes = 16 << 20

    let worker: Worker
    private var open: [UInt32: Open] = [:]
    private var openSize = 0
    private var waiting: CircularBuffer<Waiting> = []
    private var waitingSize = 0
    private var lastNumber: UInt32 = 0
    private var lastHeard = NIODeadline.now()
    private var ending: SecretsError?
    private var whenIdle: [EventLoopPromise<Void>] = []

    init(worker: Worker) { self.worker = worker }

    func ask(_ questions: [ExchangeQuestion]) {
        worker.loop.execute { [self] in for question in questions { accept(question) } }
    }

    /// Done when every request has its answer, or failed.
    func drained() -> EventLoopFuture<Void> {
        worker.loop.flatSubmit { [self] in
            let promise = worker.loop.makePromise(of: Void.self)
            if isIdle { promise.succeed() } else { whenIdle.append(promise) }
            return promise.futureResult
        }
    }

    private var isIdle: Bool { waiting.isEmpty && open.values.allSatisfy { $0.question == nil } }

    // MARK: On the loop

    private func accept(_ question: ExchangeQuestion) {
        if let ending { return question.complete(.failed(ending)) }
        let size = Worker.size(of: question.method, question.fields)
        guard size <= WorkerFrame.maximumBody else {
            return question.complete(
                .failed(SecretsError(.tooLarge, "that is more than a request to the vault can hold"))
            )
        }
        guard waiting.count < Self.mostWaiting, waitingSize + size <= Self.mostWaitingBytes else {
            return question.complete(.failed(SecretsError(.unavailable, "too many requests wait for the vault")))
        }
        // Numbers come back after four billion; one that is still open then is skipped.
        repeat { lastNumber &+= 1 } while open[lastNumber] != nil
        let number = lastNumber
        let timer = worker.loop.scheduleTask(in: question.timeout) { [self] in expired(number) }
        waiting.append(Waiting(number: number, question: question, size: size, timer: timer))
        waitingSize += size
        sendWhatFits()
    }

    private func sendWhatFits() {
        while let next = waiting.first, open.count < WorkerFrame.maximumOpenRequests,
            openSize + next.size <= WorkerFrame.maximumOpenRequestBytes
        {
            waiting.removeFirst()
            waitingSize -= next.size
            open[next.number] = Open(question: next.question, size: next.size, sent: .now(), timer: next.timer)
            openSize += next.size
            worker.request(next.number, next.question.method, next.question.fields)
        }
    }

    func received(_ number: UInt32, status: Int32, body: UnsafeRawBufferPointer) {
        lastHeard = .now()
        guard let answered = open.removeValue(forKey: number) else {
            return worker.misunderstood(WorkerProtocolError.malformed("a reply: nobody asked for number \(number)"))
        }
        openSize -= answered.size
        answered.timer.cancel()
        answered.question?.complete(.reply(status, body))
        sendWhatFits()
        tellWhenIdle()
    }

    private func expired(_ number: UInt32) {
        let sentence = "the vault did not answer in time"
        if let index = waiting.firstIndex(where: { $0.number == number }) {
            let question = waiting.remove(at: index).question
            waitingSize -= Worker.size(of: question.method, question.fields)
            question.complete(.failed(SecretsError(.unavailable, sentence)))
            // All the room is taken by questions that nobody waits for any more: no answer will ever make some.
            if open.values.allSatisfy({ $0.question == nil }) { stopWorker() }
            return tellWhenIdle()
        }
        // It stays open: the worker still owes the reply, and its place is not free before that.
        guard let question = open[number]?.question, let sent = open[number]?.sent else { return }
        open[number]?.question = nil
        question.complete(.failed(SecretsError(.unavailable, sentence)))
        tellWhenIdle()
        if lastHeard < sent { stopWorker() }
    }

    private func stopWorker() {
        worker.kill("The \(worker.plugin.label) plugin answered nothing any more and was stopped")
    }

    /// The worker is gone, or about to go.
    func fail(_ error: SecretsError) {
        guard ending == nil else { return }
        ending = error
        let questions = open.values.compactMap(\.question) + waiting.map(\.question)
        for timer in open.values.map(\.timer) + waiting.map(\.timer) { timer.cancel() }
        open = [:]
        waiting = []
        for question in questions { question.complete(.failed(error)) }
        tellWhenIdle()
    }

    private func tellWhenIdle() {
        guard !whenIdle.isEmpty, isIdle else { return }
        for promise in whenIdle { promise.succeed() }
        whenIdle = []
    }
}
