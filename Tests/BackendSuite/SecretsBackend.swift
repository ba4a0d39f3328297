/// A backend for secrets under test, however it is reached: in this process, or in a real worker.
public protocol SecretsBackend: Sendable {
    /// One request; several may be under way. Throws when no answer comes.
    func ask(_ method: String, body: [UInt8]) async throws -> BackendAnswer
    /// Ends it without notice and starts it again on the same storage; false where that makes no sense.
    func crash() async throws -> Bool
}

extension SecretsBackend {
    public func crash() async throws -> Bool { false }

    func ask(_ method: String, _ fields: [UInt8]...) async throws -> BackendAnswer {
        try await ask(method, body: BackendAnswer.body(fields))
    }

    func ask(_ method: String, _ fields: String...) async throws -> BackendAnswer {
        try await ask(method, body: BackendAnswer.body(fields.map { Array($0.utf8) }))
    }
}

/// What comes back: a `scrier_status` and fields.
public struct BackendAnswer: Sendable, Equatable {
    public var status: Int32
    public var fields: [[UInt8]]

    public init(status: Int32, fields: [[UInt8]]) {
        self.status = status
        self.fields = fields
    }

    /// Nil fields for a body that is not cut into any.
    public init(status: Int32, body: [UInt8]) throws {
        var fields: [[UInt8]] = []
        var rest = body[...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { throw BackendFailure("a reply's body ends within a length") }
            let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard length <= rest.count else { throw BackendFailure("a reply's body ends within a field") }
            fields.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        self.init(status: status, fields: fields)
    }

    public static func body(_ fields: [[UInt8]]) -> [UInt8] {
        fields.flatMap { field in
            (0..<4).map { UInt8(truncatingIfNeeded: field.count >> (8 * $0)) } + field
        }
    }

    var texts: [String] { fields.map { String(decoding: $0, as: UTF8.self) } }
}

/// A rule that a backend breaks, in a sentence.
public struct BackendFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ sentence: String) { description = sentence }
}

/// `scrier_status`, as far as a backend answers with it.
enum Status {
    static let ok: Int32 = 0
    static let unsupported: Int32 = -8
    static let invalid: Int32 = -9
    static let notFound: Int32 = -20
    static let tooLarge: Int32 = -25
    /// All that may come for a request that the backend does not understand or does not do.
    static let known: Set<Int32> = [0, -8, -9, -10, -20, -21, -22, -23, -24, -25, -26]
}
