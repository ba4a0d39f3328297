import PluginKit

/// The secrets in a KV store of version 2: `<mount>/data/<prefix>/<key>`.
final class KVStore {
    let client: VaultClient
    let inventory: InventoryReader
    let changes: ChangeWatch
    /// What `verify` is walking through: its pages are of one look.
    var verifying: [(key: String, metadata: Metadata)] = []

    init(_ client: VaultClient, inventory: InventoryReader, changes: ChangeWatch) {
        self.client = client
        self.inventory = inventory
        self.changes = changes
    }

    var settings: Settings { client.settings }

    func path(_ kind: String, _ key: String) -> String { KeyPath.join(settings.mount, kind, settings.prefix, key) }

    func get(
        _ key: String,
        by deadline: ContinuousClock.Instant? = nil,
        _ completion: @escaping (Result<WipedBytes, ExchangeRefusal>) -> Void
    ) {
        let request = APIRequest(path: path("data", key), largestAnswer: StoredValue.largestAnswer)
        client.send(request, by: deadline) { result in
            completion(result.flatMap { self.value($0, of: key) })
        }
    }

    private func value(_ response: HTTPResponse, of key: String) -> Result<WipedBytes, ExchangeRefusal> {
        guard response.isSuccess else {
            return .failure(response.status == 404 ? missing(key, response) : unexpected(response))
        }
        do {
            return .success(try StoredValue.value(in: response.body))
        } catch {
            let status: Status = error == .tooLarge ? .tooLarge : .corrupt
            return .failure(
                ExchangeRefusal(status, "the secret \(key) at the OpenBao server cannot be used: \(error.sentence)")
            )
        }
    }

    /// A 404 with something in it is of a version that was deleted.
    private func missing(_ key: String, _ response: HTTPResponse) -> ExchangeRefusal {
        guard let version = try? Metadata.deleted(in: response.body), version > 0 else { return missing(key) }
        return ExchangeRefusal(
            .notFound,
            "the newest version of the secret \(key) was deleted at the OpenBao server: “bao kv undelete -mount=\(settings.mount) -versions=\(version) \(KeyPath.join(settings.prefix, key))” brings it back unless it was destroyed"
        )
    }

    func missing(_ key: String) -> ExchangeRefusal {
        ExchangeRefusal(.notFound, "there is no secret \(key) at the OpenBao server")
    }

    func unexpected(_ response: HTTPResponse) -> ExchangeRefusal {
        .busy(settings.address, status: response.status, Answers.errors(response.body))
    }
}
