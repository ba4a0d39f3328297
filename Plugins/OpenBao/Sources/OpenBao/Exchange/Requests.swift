import PluginKit

/// What the server asks of a vault, method by method: docs/plugin-abi.md has the table.
final class Requests {
    private typealias Answer = (Result<ExchangeBody, ExchangeRefusal>) -> Void

    private let store: KVStore
    private let replies: Replies

    /// A page of a list stays below what the contract allows.
    private static let largestPage = 1 << 20

    init(_ store: KVStore, _ replies: Replies) {
        self.store = store
        self.replies = replies
    }

    /// The body is lent: what is needed later is copied here.
    func take(_ request: UInt32, _ method: String, _ body: UnsafeRawBufferPointer) {
        replies.begin(request)
        do throws(ExchangeRefusal) {
            try begin(method, ExchangeFields(body)) { self.replies.answer(request, $0) }
        } catch {
            replies.answer(request, .failure(error))
        }
    }

    private func begin(_ method: String, _ fields: ExchangeFields, _ answer: @escaping Answer) throws(ExchangeRefusal) {
        var fields = fields
        switch method {
        case "status":
            try fields.end()
            status(answer)
        case "get":
            let key = try key(&fields)
            try fields.end()
            store.get(key) { answer($0.map(ExchangeBody.init(value:))) }
        case "put": try put(&fields, answer)
        case "delete":
            let key = try key(&fields)
            try fields.end()
            store.delete(key) { answer($0.map { ExchangeBody() }) }
        case "list": try list(&fields, answer)
        case "epoch":
            try fields.end()
            answer(.success(ExchangeBody(fields: String(store.changes.epoch))))
        case "verify": try verify(&fields, answer)
        case "reseal":
            throw ExchangeRefusal(
                .unsupported,
                "the OpenBao server seals what it stores with keys of its own: “bao operator rotate” makes a new one"
            )
        default: throw ExchangeRefusal(.unsupported, "this backend has no such method")
        }
    }

    /// Asks without the token first: a sealed server is one that we cannot log in to.
    private func status(_ answer: @escaping Answer) {
        let address = store.settings.address
        let deadline = ContinuousClock.now + store.settings.timeout
        func conclude(_ state: String, _ sentence: String = "") {
            answer(.success(ExchangeBody(fields: state, String(self.store.changes.epoch), sentence)))
        }
        func conclude(_ error: ExchangeRefusal) {
            conclude(error.status == .sealed ? "sealed" : "unavailable", error.sentence)
        }
        store.client.send(APIRequest(path: "sys/seal-status", credential: .none), by: deadline) { result in
            switch result {
            case .failure(let error): conclude(error)
            case .success(let response):
                guard response.isSuccess, let status = try? Answers.SealStatus(response.body),
                    let isSealed = status.isSealed
                else { return conclude(.nonsense(address)) }
                if !status.isInitialized { return conclude(.notInitialized(address)) }
                if isSealed { return conclude(.sealed(address)) }
                self.store.client.token(by: deadline) { result in
                    switch result {
                    case .success: conclude("open")
                    case .failure(let error): conclude(error)
                    }
                }
            }
        }
    }

    private func put(_ fields: inout ExchangeFields, _ answer: @escaping Answer) throws(ExchangeRefusal) {
        let key = try key(&fields)
        let value = try fields.next()
        try fields.end()
        guard value.count <= StoredValue.largest else {
            throw ExchangeRefusal(.tooLarge, "a secret has at most 1 MiB")
        }
        store.put(key, WipedBytes(value)) { answer($0.map { ExchangeBody() }) }
    }

    private func list(_ fields: inout ExchangeFields, _ answer: @escaping Answer) throws(ExchangeRefusal) {
        let (prefix, after) = (try fields.text(), try fields.text())
        try fields.end()
        // With any other prefix there is nothing.
        guard KeyPath.isPrefix(prefix) else { return answer(.success(ExchangeBody(fields: "end"))) }
        store.list(prefix: prefix, after: after) { result in answer(result.map(Self.page)) }
    }

    private static func page(_ keys: [String]) -> ExchangeBody {
        var size = 8
        let listed = keys.prefix { key in
            size += key.utf8.count + 4
            return size <= largestPage
        }
        let body = ExchangeBody(capacity: min(size, largestPage))
        body.append(listed.count < keys.count ? "more" : "end")
        for key in listed { body.append(key) }
        return body
    }

    private func verify(_ fields: inout ExchangeFields, _ answer: @escaping Answer) throws(ExchangeRefusal) {
        let cursor = try fields.text()
        try fields.end()
        store.verify(after: cursor) { result in
            answer(
                result.map { page in
                    let body = ExchangeBody(fields: page.next == nil ? "end" : "more", page.next ?? "")
                    for (name, problem) in page.findings {
                        body.append(name)
                        body.append(problem)
                    }
                    return body
                }
            )
        }
    }

    private func key(_ fields: inout ExchangeFields) throws(ExchangeRefusal) -> String {
        try SecretKey(try fields.next()).description
    }
}
