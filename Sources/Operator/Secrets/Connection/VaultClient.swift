import NIOCore
import NIOHTTP1
import Synchronization
package import Trust
package import Wire

/// A vault behind an admin socket.
package struct VaultClient: VaultAccess {
    private let client: APIClient

    /// Every file may have to be read, and written.
    private static let patience = TimeAmount.hours(6)
    private static let root = "/api/v1/secrets"

    package init(_ client: APIClient) { self.client = client }

    package func status() async throws -> SecretsReport {
        try await client.request(.GET, "\(Self.root)/status")
    }

    package func list(prefix: String) async throws -> [SecretKey] {
        let query = prefix.isEmpty ? "" : "?prefix=\(URLPath.segment(prefix))"
        let answer: Items<SecretName> = try await client.request(.GET, Self.root + query)
        return try answer.items.map { item throws(OperatorError) in
            guard let key = SecretKey(item.key) else { throw OperatorError("the server named a key that is none") }
            return key
        }
    }

    package func reveal(_ key: SecretKey) async throws -> Secret {
        try await bytes(.POST, "\(Self.root)/reveal?key=\(key)", nil)
    }

    package func export(_ keys: [SecretKey]) async throws -> [(key: SecretKey, value: Secret?)] {
        let asked = SecretsExport(keys: keys.prefix(SecretsExport.most).map(\.description))
        let body = ByteBuffer(bytes: try WireJSON.encode(asked))
        let answer = try await bytes(.POST, "\(Self.root)/export", body)
        var values: [(key: SecretKey, value: Secret?)] = []
        let isWhole = answer.withBytes { bytes in
            SecretValues.read(bytes) { name, value in
                if let key = SecretKey(name) { values.append((key, value.map { Secret($0) })) }
            }
        }
        guard isWhole, !values.isEmpty, values.map(\.key) == Array(keys.prefix(values.count)) else {
            throw OperatorError("the server handed out other secrets than it was asked for")
        }
        return values
    }

    package func put(_ key: SecretKey, _ value: Secret) async throws {
        let body = value.withBytes { ByteBuffer(bytes: $0) }
        // The server has read it by the time that it answers.
        defer { body.wipe() }
        _ = try await bytes(.PUT, "\(Self.root)/value?key=\(key)", body, contentType: "application/octet-stream")
    }

    package func delete(_ key: SecretKey) async throws {
        try await client.perform(.DELETE, "\(Self.root)/value?key=\(key)")
    }

    package func verify(freshly: Bool) async throws -> [SecretProblem] {
        let answer: Items<SecretProblem> = try await patient.request(
            .POST,
            "\(Self.root)/verify\(freshly ? "?fresh=1" : "")"
        )
        return answer.items
    }

    package func reseal() async throws -> Int {
        let answer: SecretsResealed = try await patient.request(.POST, "\(Self.root)/reseal")
        return answer.resealed
    }

    private var patient: APIClient {
        var patient = client
        patient.patience = Self.patience
        return patient
    }

    /// An answer that is secret: what the connection's buffers held of it is overwritten as soon as it is here.
    private func bytes(
        _ method: HTTPMethod,
        _ path: String,
        _ body: ByteBuffer?,
        contentType: String = "application/json"
    ) async throws -> Secret {
        let parts = SecretParts()
        _ = try await client.exchange(method, path, body: body, contentType: contentType) { parts.take($0) }
        return parts.joined
    }
}

private final class SecretParts: Sendable {
    private let parts = Mutex<[Secret]>([])

    func take(_ part: ByteBuffer) {
        parts.withLock { $0.append(Secret(part.readableBytesView)) }
        part.wipe()
    }

    var joined: Secret { parts.withLock { Secret(joining: $0) } }
}
