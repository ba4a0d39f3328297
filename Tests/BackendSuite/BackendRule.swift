/// One thing that every backend of role `secrets` does. `BackendRule.all` is the whole suite:
///
/// ```swift
/// @Test(arguments: BackendRule.all)
/// func `my backend keeps the rules`(rule: BackendRule) async throws { try await rule.check(backend) }
/// ```
public struct BackendRule: Sendable, CustomStringConvertible {
    public let description: String
    private let body: @Sendable (Ground) async throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (Ground) async throws -> Void) {
        description = sentence
        self.body = body
    }

    /// Throws a `BackendFailure` when the backend breaks it. What it puts lies below `suite/` and is removed again.
    public func check(_ backend: any SecretsBackend) async throws {
        let ground = Ground(backend: backend, prefix: "suite/r\(UInt32.random(in: 0...UInt32.max))")
        try await body(ground)
        for key in try await ground.list() { _ = try await backend.ask("delete", key) }
    }

    public static let all: [BackendRule] = values + names + lists + requests + concurrency
}

/// Where a rule is checked: a backend, and a prefix of the rule's own.
struct Ground: Sendable {
    let backend: any SecretsBackend
    let prefix: String

    func key(_ name: String) -> String { "\(prefix)/\(name)" }

    func put(_ name: String, _ value: [UInt8]) async throws {
        try Self.expect(await backend.ask("put", Array(key(name).utf8), value), Status.ok, "put \(name)")
    }

    func put(_ name: String, _ value: String) async throws { try await put(name, Array(value.utf8)) }

    /// Nil where it is not found.
    func get(_ name: String) async throws -> [UInt8]? {
        let answer = try await backend.ask("get", key(name))
        if answer.status == Status.notFound { return nil }
        try Self.expect(answer, Status.ok, "get \(name)")
        guard answer.fields.count == 1 else { throw BackendFailure("get \(name) has \(answer.fields.count) fields") }
        return answer.fields[0]
    }

    func delete(_ name: String) async throws {
        try Self.expect(await backend.ask("delete", key(name)), Status.ok, "delete \(name)")
    }

    func epoch() async throws -> UInt64 {
        let answer = try await backend.ask("epoch", body: [])
        guard answer.status == 0, let text = answer.texts.first, let epoch = UInt64(text) else {
            throw BackendFailure("the epoch is no number: \(answer)")
        }
        return epoch
    }

    /// Whole keys, page by page.
    func list(_ name: String = "", after: String = "") async throws -> [String] {
        var keys: [String] = []
        var cursor = after
        while true {
            let answer = try await backend.ask("list", name.isEmpty ? prefix + "/" : key(name), cursor)
            try Self.expect(answer, Status.ok, "list")
            guard let first = answer.texts.first, ["more", "end"].contains(first) else {
                throw BackendFailure("a page of list begins with neither “more” nor “end”")
            }
            let page = answer.texts.dropFirst()
            try Self.check(page.count > 0 || first == "end", "a page of list says “more” and has nothing")
            keys += page
            if first == "end" { return keys }
            cursor = keys.last!
        }
    }

    static func expect(_ answer: BackendAnswer, _ status: Int32, _ what: String) throws {
        guard answer.status != status else { return }
        let sentence = answer.status < 0 ? answer.texts.first ?? "" : ""
        throw BackendFailure("\(what): status \(answer.status) “\(sentence)” instead of \(status)")
    }

    static func check(_ holds: Bool, _ sentence: @autoclosure () -> String) throws {
        if !holds { throw BackendFailure(sentence()) }
    }
}
