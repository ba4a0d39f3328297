import PluginKit

extension KVStore {
    /// Keys that begin with `prefix` and come after `after`, sorted byte by byte.
    func list(
        prefix: String,
        after: String,
        _ completion: @escaping (Result<[String], ExchangeRefusal>) -> Void
    ) {
        inventory.read(KeyPath.folder(ofPrefix: prefix)) { result in
            completion(
                result.map { inventory in
                    inventory.keys.filter { $0.utf8.starts(with: prefix.utf8) && KeyPath.precedes(after, $0) }
                }
            )
        }
    }

    struct Findings {
        var findings: [(name: String, problem: String)] = []
        /// Where to go on; nil: that was all.
        var next: String?
    }

    private static let keysAtOnce = 200

    /// Reads some of the stored secrets and says of each that could not be used why.
    func verify(after: String, _ completion: @escaping (Result<Findings, ExchangeRefusal>) -> Void) {
        // A cursor without its walk, after a restart: the walk is made anew.
        guard after.isEmpty || verifying.isEmpty else { return verifyPage(after, completion) }
        inventory.read("") { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let inventory):
                self.verifying = inventory.secrets.map { ($0.key, $0.value) }.sorted {
                    KeyPath.precedes($0.key, $1.key)
                }
                self.verifyPage(after, completion)
            }
        }
    }

    private func verifyPage(_ after: String, _ completion: @escaping (Result<Findings, ExchangeRefusal>) -> Void) {
        let rest = verifying.drop { !KeyPath.precedes(after, $0.key) }
        let page = rest.prefix(Self.keysAtOnce)
        let next = rest.count > page.count ? page.last?.key : nil
        if next == nil { verifying = [] }
        var open = page.count + 1
        var found: [String: String] = [:]
        var failure: ExchangeRefusal?
        func finish() {
            open -= 1
            guard open == 0 else { return }
            if let failure { return completion(.failure(failure)) }
            let findings = found.sorted { KeyPath.precedes($0.key, $1.key) }.map { (name: $0.key, problem: $0.value) }
            completion(.success(Findings(findings: findings, next: next)))
        }
        for (key, metadata) in page {
            if let problem = Self.problem(key, metadata) {
                found[key] = problem
                finish()
                continue
            }
            get(key) { result in
                switch result {
                case .success: break
                case .failure(let error) where Self.isOfOneSecret(error): found[key] = error.sentence
                case .failure(let error): failure = failure ?? error
                }
                finish()
            }
        }
        finish()
    }

    private static func problem(_ key: String, _ metadata: Metadata) -> String? {
        if !KeyPath.isKey(key) { return "this is no name that a secret of ours can have" }
        return metadata.isDeleted ? "its newest version was deleted with another tool" : nil
    }

    private static func isOfOneSecret(_ error: ExchangeRefusal) -> Bool {
        [.corrupt, .tooLarge, .denied, .notFound].contains(error.status)
    }
}
