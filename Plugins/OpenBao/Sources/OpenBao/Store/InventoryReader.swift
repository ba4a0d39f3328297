import PluginKit

/// Asks the server for everything below a folder: OpenBao in one request, others folder by folder.
final class InventoryReader {
    typealias Completion = (Result<Inventory, ExchangeRefusal>) -> Void

    private unowned let client: VaultClient
    /// False once the server, or our policy, did not let us.
    private var canScan = true

    private static let largestAnswer = 64 << 20
    private static let mostFolders = 100_000

    init(_ client: VaultClient) { self.client = client }

    /// A policy may have changed.
    func tryScanningAgain() { canScan = true }

    func read(_ folder: String, _ completion: @escaping Completion) {
        guard canScan else { return walk(folder, completion) }
        let request = APIRequest(
            path: path("detailed-metadata", folder),
            query: "scan=true",
            largestAnswer: Self.largestAnswer,
            capability: "scan"
        )
        client.send(request) { result in
            switch result {
            case .success(let response) where response.isSuccess:
                guard let inventory = try? Inventory.scan(response.body, of: folder) else {
                    return completion(.failure(.nonsense(self.client.settings.address)))
                }
                completion(.success(inventory))
            case .failure(let error) where error.status != .denied: completion(.failure(error))
            default:
                self.canScan = false
                self.walk(folder, completion)
            }
        }
    }

    // MARK: Folder by folder

    private final class Walk {
        var inventory = Inventory(hasMetadata: false)
        var open = 0
        var folders = 0
        var error: ExchangeRefusal?
        let completion: Completion

        init(_ completion: @escaping Completion) { self.completion = completion }
    }

    private func walk(_ folder: String, _ completion: @escaping Completion) { visit(folder, Walk(completion)) }

    private func visit(_ folder: String, _ walk: Walk) {
        walk.open += 1
        walk.folders += 1
        let request = APIRequest(
            path: path("metadata", folder),
            query: "list=true",
            largestAnswer: Self.largestAnswer,
            capability: "list"
        )
        client.send(request) { result in
            walk.open -= 1
            switch result {
            case .failure(let error): walk.error = walk.error ?? error
            case .success(let response) where response.isSuccess: self.take(response, folder, walk)
            // 404: nothing there.
            case .success(let response) where response.status == 404: break
            case .success: walk.error = walk.error ?? .nonsense(self.client.settings.address)
            }
            guard walk.open == 0 else { return }
            walk.completion(walk.error.map(Result.failure) ?? .success(walk.inventory))
        }
    }

    private func take(_ response: HTTPResponse, _ folder: String, _ walk: Walk) {
        guard walk.error == nil else { return }
        guard let names = try? Inventory.names(response.body), walk.folders + names.count <= Self.mostFolders else {
            walk.error = .nonsense(client.settings.address)
            return
        }
        for name in names {
            let path = KeyPath.join(folder, name)
            guard name.hasSuffix("/") else {
                walk.inventory.secrets[path] = Metadata()
                continue
            }
            // No key can lie below a folder with another name.
            let inner = String(path.dropLast())
            if KeyPath.isKey(inner) { visit(inner, walk) } else { walk.inventory.secrets[path] = Metadata() }
        }
    }

    private func path(_ kind: String, _ folder: String) -> String {
        KeyPath.join(client.settings.mount, kind, client.settings.prefix, folder) + "/"
    }
}
