import PluginKit

extension KVStore {
    typealias Done = (Result<Void, ExchangeRefusal>) -> Void

    /// Of a request that begins now, for all its steps together.
    private var deadline: ContinuousClock.Instant { .now + settings.timeout }

    /// A new version, whatever there was; where the server asks for check-and-set, only on top of the newest one.
    func put(_ key: String, _ value: WipedBytes, _ completion: @escaping Done) {
        let deadline = deadline
        write(key, value, over: nil, by: deadline) { response in
            if Answers.errors(response.body).contains("check-and-set parameter required") {
                self.putOverNewest(key, value, by: deadline, completion)
            } else {
                completion(.failure(self.refused(response)))
            }
        } completion: {
            completion($0)
        }
    }

    private func putOverNewest(
        _ key: String,
        _ value: WipedBytes,
        by deadline: ContinuousClock.Instant,
        _ completion: @escaping Done
    ) {
        client.send(APIRequest(path: path("metadata", key)), by: deadline) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let response) where response.status == 404:
                self.put(key, value, over: 0, by: deadline, completion)
            case .success(let response):
                guard response.isSuccess, let newest = try? Metadata.newest(in: response.body) else {
                    return completion(.failure(self.unexpected(response)))
                }
                self.put(key, value, over: newest.version, by: deadline, completion)
            }
        }
    }

    private func put(
        _ key: String,
        _ value: WipedBytes,
        over version: Int,
        by deadline: ContinuousClock.Instant,
        _ completion: @escaping Done
    ) {
        write(key, value, over: version, by: deadline) { response in
            let isConflict = Answers.errors(response.body).contains("did not match the current version")
            let conflict = ExchangeRefusal(
                .conflict,
                "somebody else changed the secret \(key) at the OpenBao server at the same time: look at it, and try again"
            )
            completion(.failure(isConflict ? conflict : self.refused(response)))
        } completion: {
            completion($0)
        }
    }

    private func write(
        _ key: String,
        _ value: WipedBytes,
        over version: Int?,
        by deadline: ContinuousClock.Instant,
        refused: @escaping (HTTPResponse) -> Void,
        completion: @escaping Done
    ) {
        let request = APIRequest(
            method: .post,
            path: path("data", key),
            body: value.withBytes { StoredValue.document($0, version: version) },
            isRepeatable: version == nil,
            capability: version == 0 ? "create" : "update"
        )
        client.send(request, by: deadline) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let response) where response.isSuccess:
                self.changes.wrote(key, (try? Metadata.written(in: response.body)) ?? Metadata())
                completion(.success(()))
            case .success(let response): refused(response)
            }
        }
    }

    private func refused(_ response: HTTPResponse) -> ExchangeRefusal {
        let words = Answers.errors(response.body)
        return words.contains("too large") ? .tooLargeForServer : unexpected(response)
    }

    /// All versions and the metadata: what was deleted is not in the list, and cannot be read by going back a version.
    func delete(_ key: String, _ completion: @escaping Done) {
        let deadline = deadline
        // The deletion itself says the same whether there was anything or not.
        client.send(APIRequest(path: path("metadata", key)), by: deadline) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let response) where response.status == 404: completion(.failure(self.missing(key)))
            case .success(let response) where response.isSuccess: self.remove(key, by: deadline, completion)
            case .success(let response): completion(.failure(self.unexpected(response)))
            }
        }
    }

    private func remove(_ key: String, by deadline: ContinuousClock.Instant, _ completion: @escaping Done) {
        client.send(APIRequest(method: .delete, path: path("metadata", key), capability: "delete"), by: deadline) {
            result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let response) where response.isSuccess || response.status == 404:
                self.changes.removed(key)
                completion(.success(()))
            case .success(let response): completion(.failure(self.unexpected(response)))
            }
        }
    }
}

extension Metadata {
    /// From the answer to `metadata/…`.
    static func newest(in answer: WipedBytes) throws -> Metadata {
        var newest = Metadata()
        try JSONReader.read(answer) { reader in
            try reader.members { reader, name in
                if name == "data" { newest = try Metadata(&reader) } else { try reader.skip() }
            }
        }
        return newest
    }

    /// From a 404 to `data/…`: the number of the version that was deleted, 0 where there never was one.
    static func deleted(in answer: WipedBytes) throws -> Int {
        var version = 0
        try Answers.data(of: answer) { reader, name in
            guard name == "metadata" else { return try reader.skip() }
            try reader.membersOrNull { reader, name in
                if name == "version" { version = try reader.integer() } else { try reader.skip() }
            }
        }
        return version
    }
}
