import PluginKit

/// Answers on their way to the host, which may have no room for one: then all later ones wait behind it.
final class Replies {
    private enum Waiting {
        case reply(UInt32, Status, ExchangeBody)
        case epoch
    }

    private let exchange: Exchange
    private let epoch: () -> UInt64
    private var open: Set<UInt32> = []
    private var waiting: [Waiting] = []

    init(_ exchange: Exchange, epoch: @escaping () -> UInt64) {
        self.exchange = exchange
        self.epoch = epoch
    }

    func begin(_ request: UInt32) { open.insert(request) }

    func answer(_ request: UInt32, _ result: Result<ExchangeBody, ExchangeRefusal>) {
        guard open.remove(request) != nil else { return }
        switch result {
        case .success(let body): waiting.append(.reply(request, .ok, body))
        case .failure(let error): waiting.append(.reply(request, error.status, ExchangeBody(fields: error.sentence)))
        }
        flush()
    }

    /// Every request that has no answer yet gets this one.
    func answerAll(_ error: ExchangeRefusal) {
        for request in open.sorted() { answer(request, .failure(error)) }
    }

    /// Others changed something: the epoch of when the host hears it, once, however many changes there were.
    func notifyEpoch() {
        let isWaiting = waiting.contains { if case .epoch = $0 { true } else { false } }
        guard !isWaiting else { return }
        waiting.append(.epoch)
        flush()
    }

    func flush() {
        while let next = waiting.first, send(next) != .empty { waiting.removeFirst() }
    }

    /// Its bytes live as long as the body does.
    private func notify(_ body: ExchangeBody) -> Status {
        withExtendedLifetime(body) { exchange.notify("epoch", body: body.bytes) }
    }

    private func send(_ next: Waiting) -> Status {
        switch next {
        case .reply(let request, let status, let body):
            withExtendedLifetime(body) { exchange.reply(to: request, status, body: body.bytes) }
        case .epoch:
            notify(ExchangeBody(fields: String(epoch())))
        }
    }
}

extension ExchangeBody {
    convenience init(fields: String...) {
        self.init(capacity: fields.reduce(0) { $0 + $1.utf8.count + 4 })
        for field in fields { append(field) }
    }

    convenience init(value: WipedBytes) {
        self.init(capacity: value.count + 4)
        value.withBytes { append($0) }
    }
}
