import Broker
import Hummingbird
import NIOCore
import Store
import Trust
import Wire

/// The vault's administration: for root on the server's own machine, never over the network.
struct SecretsRoutes: Sendable {
    let vault: any SecretsVault
    /// By which a client knows whose vault it speaks to.
    let directory: String
    let audit: SecretsAudit
    /// After each change; returns once envoys will hear of it.
    let changed: @Sendable (SecretChange) async -> Void

    /// What a backend takes.
    private static let largestValue = 1 << 20

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/secrets/status", .adminSocket, status),
            APIRoute(.get, "/api/v1/secrets", .adminSocket, list),
            APIRoute(.put, "/api/v1/secrets/value", .adminSocket) { call in try await answer { try await put(call) } },
            APIRoute(.delete, "/api/v1/secrets/value", .adminSocket) { call in
                try await answer { try await delete(call) }
            },
            APIRoute(.post, "/api/v1/secrets/reveal", .adminSocket) { call in
                try await answer { try await reveal(call) }
            },
            APIRoute(.post, "/api/v1/secrets/export", .adminSocket) { call in
                try await answer { try await export(call) }
            },
            APIRoute(.post, "/api/v1/secrets/verify", .adminSocket) { call in
                try await answer { try await verify(call) }
            },
            APIRoute(.post, "/api/v1/secrets/reseal", .adminSocket) { call in
                try await answer { try await reseal(call) }
            },
        ]
    }

    @Sendable private func status(_ call: APICall) async throws -> Response {
        let status = await vault.status()
        return try .json(
            SecretsReport(
                state: status.state.rawValue,
                backend: status.backend,
                explanation: status.explanation,
                epoch: status.epoch,
                directory: directory
            )
        )
    }

    @Sendable private func list(_ call: APICall) async throws -> Response {
        try await answer {
            let keys = try await vault.list(prefix: call.query("prefix") ?? "")
            return try .json(Items(keys.map { SecretName(key: $0.description) }))
        }
    }

    private func put(_ call: APICall) async throws -> Response {
        let key = try key(call)
        let value = try await value(call)
        try await audit.perform(.secretSet, "\(key)", call) { try await vault.put(key, value) }
        await changed(.set(key))
        return .noContent
    }

    private func delete(_ call: APICall) async throws -> Response {
        let key = try key(call)
        try await audit.perform(.secretDeleted, "\(key)", call) { try await vault.delete(key) }
        await changed(.deleted(key))
        return .noContent
    }

    private func reveal(_ call: APICall) async throws -> Response {
        let key = try key(call)
        let value = try await vault.get(key)
        // Whatever goes wrong from here on, the log says that somebody may have seen it.
        try await audit.record(.secretAccessed, "\(key)", call)
        return .bytes(value.withBytes { ByteBuffer(bytes: $0) }, "application/octet-stream")
    }

    /// As many of the first keys as make a megabyte, and one in any case.
    private func export(_ call: APICall) async throws -> Response {
        let keys = try await call.body(SecretsExport.self).keys.map { text in
            guard let key = SecretKey(text) else { throw Self.noKey }
            return key
        }
        guard (1...SecretsExport.most).contains(keys.count) else {
            throw APIFailure.badRequest("keys: expected 1 to \(SecretsExport.most)")
        }
        var answer = ByteBuffer()
        var handedOut: [String] = []
        for key in keys where handedOut.isEmpty || answer.readableBytes < Self.largestValue {
            handedOut.append("\(key)")
            if let value = try await present(key) {
                value.withBytes { SecretValues.write("\(key)", $0, to: &answer) }
            } else {
                SecretValues.write("\(key)", nil, to: &answer)
            }
        }
        try await audit.record(.secretAccessed, handedOut, call, why: "export")
        return .bytes(answer, SecretValues.contentType)
    }

    /// Nil for one that was deleted since it was listed.
    private func present(_ key: SecretKey) async throws -> Secret? {
        do { return try await vault.get(key) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private func verify(_ call: APICall) async throws -> Response {
        if call.query("fresh") == "1" { try await vault.restart() }
        let findings = try await vault.verify()
        return try .json(Items(findings.map { SecretProblem(name: $0.name, problem: $0.problem) }))
    }

    private func reseal(_ call: APICall) async throws -> Response {
        let count = try await audit.perform(.secretResealed, directory, call) {
            // The keys may have changed since the worker read them.
            try await vault.restart()
            return try await vault.reseal()
        }
        return try .json(SecretsResealed(resealed: count))
    }

    private static let noKey = APIFailure.badRequest(
        "key: expected segments of letters, digits, \".\", \"_\" and \"-\" between slashes, such as vigo/web/auth/dan"
    )

    private func key(_ call: APICall) throws(APIFailure) -> SecretKey {
        guard let key = call.query("key").flatMap({ SecretKey($0) }) else { throw Self.noKey }
        return key
    }

    private func value(_ call: APICall) async throws -> Secret {
        var request = call.request
        do {
            let body = try await request.collectBody(upTo: Self.largestValue)
            defer { body.wipeInPlace() }
            return Secret(body.readableBytesView)
        } catch {
            throw APIFailure(.contentTooLarge, "too_large", "a value has at most 1 MiB")
        }
    }

    private func answer(_ work: () async throws -> Response) async throws -> Response {
        do { return try await work() } catch let error as SecretsError { throw APIFailure(error) }
    }
}

extension Response {
    static func bytes(_ bytes: ByteBuffer, _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: bytes)
        )
    }
}
