import Lab
import Testing

/// One lab for all tests of a suite, for tests that leave it as they found it: a server, an envoy and a user less to
/// start for each. A test takes it from `Lab.shared`.
struct SharedLab: SuiteTrait, TestScoping {
    var configuration = ""

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Lab.with(configuration: configuration) { lab in
            try await Lab.$current.withValue(lab) { try await function() }
        }
    }
}

extension Trait where Self == SharedLab {
    static var sharedLab: SharedLab { SharedLab() }
    static func sharedLab(_ configuration: String) -> SharedLab { SharedLab(configuration: configuration) }
}

extension Lab {
    @TaskLocal fileprivate static var current: Lab?

    static var shared: Lab {
        get throws { try #require(current, "the suite has no .sharedLab") }
    }
}
