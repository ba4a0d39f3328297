import Foundation
import Hummingbird
import NIOCore
import Store
import Wire

/// Reading and checking the audit log.
struct AuditRoutes: Sendable {
    let store: Store
    private let verification: SharedVerification

    init(store: Store) {
        self.store = store
        verification = SharedVerification(store: store)
    }

    var routes: [APIRoute] {
        [
            APIRoute(.get, "/api/v1/audit/export", .signedIn, export),
            APIRoute(.get, "/api/v1/audit/verify", .signedIn, verify),
        ]
    }

    /// One record a line, page by page: a log of years does not pass through memory.
    @Sendable private func export(_ call: APICall) async throws -> Response {
        let store = store
        return Response(
            status: .ok,
            headers: [.contentType: "application/jsonl; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                var last = 0
                while true {
                    let records = try await store.auditRecords(after: last, limit: 500)
                    guard let newest = records.last else { break }
                    last = newest.sequence
                    var page = ByteBuffer()
                    for record in records {
                        page.writeBytes(try WireJSON.encode(ExportedRecord(record)))
                        page.writeInteger(UInt8(ascii: "\n"))
                    }
                    try await writer.write(page)
                }
                try await writer.finish(nil)
            }
        )
    }

    @Sendable private func verify(_ call: APICall) async throws -> Response {
        switch try await verification.verdict() {
        case .whole(let records, let head):
            try .json(AuditVerification(valid: true, records: records, headHash: head))
        case .broken(let sequence, let problem):
            try .json(AuditVerification(valid: false, records: sequence - 1, firstBroken: sequence, problem: problem))
        }
    }
}

/// Walks the log once for everybody who asks meanwhile: it takes long, and whoever may look may ask.
private actor SharedVerification {
    private let store: Store
    private var running: Task<AuditVerifier.Verdict, any Error>?

    init(store: Store) { self.store = store }

    func verdict() async throws -> AuditVerifier.Verdict {
        if let running { return try await running.value }
        let task = Task { [store] in try await store.verifyAudit() }
        running = task
        defer { running = nil }
        return try await task.value
    }
}

/// A record exactly as it was hashed: its time is text, so that whoever has the line can compute the hash.
private struct ExportedRecord: Encodable {
    let record: AuditRecord

    init(_ record: AuditRecord) { self.record = record }

    private enum CodingKeys: String, CodingKey {
        case sequence, time, actor, action, subject, details, hash
        case previousHash = "previous_hash"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(record.sequence, forKey: .sequence)
        try fields.encode(record.time, forKey: .time)
        try fields.encode(record.actor, forKey: .actor)
        try fields.encode(record.action, forKey: .action)
        try fields.encode(record.subject, forKey: .subject)
        try fields.encode(record.details, forKey: .details)
        try fields.encode(record.previousHash, forKey: .previousHash)
        try fields.encode(record.hash, forKey: .hash)
    }
}
