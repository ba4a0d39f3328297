package import Store

/// Where refusals are written down: those of strangers and those of users.
package struct AuditedRefusals: Sendable {
    let strangers: RefusalRecords
    let users: RefusalRecords

    package init(store: Store) {
        strangers = RefusalRecords(store: store, limits: .strangers, subject: "refused strangers")
        users = RefusalRecords(store: store, limits: .users, subject: "refused users")
    }

    /// Of somebody who has shown who they are.
    func deny(_ caller: Caller, _ subject: String, _ details: [String: String]) async throws {
        let event = AuditEvent(.accessDenied, actor: caller.name, subject: subject, details: details)
        try await users.record(event, from: caller.name)
    }

    /// Of somebody whose credentials are good for nothing.
    func deny(_ address: String, _ subject: String, _ reason: String) async throws {
        let event = AuditEvent(.accessDenied, actor: "source:\(address)", subject: subject, details: ["reason": reason])
        try await strangers.record(event, from: SourceNetwork.name(address))
    }

    /// Of somebody who failed so often that nothing is looked at any more.
    func countBlocked(_ address: String, _ action: AuditAction = .accessDenied) async throws {
        try await strangers.count(action, from: SourceNetwork.name(address))
    }

    /// Writes down what has been left out by now.
    package func flush() async throws {
        try await strangers.flush()
        try await users.flush()
    }
}
