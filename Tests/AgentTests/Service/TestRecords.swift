import Foundation
@testable import Host
import NIOConcurrencyHelpers
import Trust

/// One envoy that the server knows.
final class TestRecords: EnvoyRecords, Sendable {
    struct State {
        var envoy: Envoy
        var checkIns = 0
        var renewals = 0
        var head: (sequence: UInt64, hash: [UInt8]) = (1, Array(repeating: 1, count: 32))
    }

    let state: NIOLockedValueBox<State>

    init(id: UUID, identityKey: [UInt8]) {
        let envoy = Envoy(
            id: id,
            hostname: "test",
            address: "",
            os: "",
            arch: "",
            agentVersion: "",
            identityKey: identityKey,
            enrolledAt: Date(),
            status: .active
        )
        state = NIOLockedValueBox(State(envoy: envoy))
    }

    func envoys() async throws -> [Envoy] { [state.withLockedValue(\.envoy)] }
    func envoy(_ id: UUID) async throws -> Envoy? {
        let envoy = state.withLockedValue(\.envoy)
        return envoy.id == id ? envoy : nil
    }
    func envoy(identityKey: [UInt8]) async throws -> Envoy? { nil }
    func activeEnvoy(hostname: String) async throws -> Envoy? { nil }

    func checkedIn(_ id: UUID, time: UInt64, as facts: CheckInFacts, at now: Date) async throws -> Bool {
        state.withLockedValue {
            guard time > $0.envoy.lastCheckInTime else { return false }
            $0.envoy.lastCheckInTime = time
            $0.checkIns += 1
            return true
        }
    }

    func renewedCertificate(of id: UUID, serial: String, notAfter: Date, _ note: AuditNote) async throws {
        state.withLockedValue { $0.renewals += 1 }
    }

    func auditHead() async throws -> (sequence: UInt64, hash: [UInt8]) { state.withLockedValue(\.head) }

    func enroll(_ envoy: Envoy, token: String?, revoking replaced: UUID?, _ notes: [AuditNote], at now: Date)
        async throws -> Bool
    { false }
    func approve(_ id: UUID, revoking replaced: UUID?, _ notes: [AuditNote]) async throws -> Bool { false }
    func revoke(_ id: UUID, _ note: AuditNote) async throws -> Bool { false }
    func delete(_ id: UUID, _ note: AuditNote) async throws -> Bool { false }
    func enrollmentTokens() async throws -> [EnrollmentToken] { [] }
    func enrollmentToken(_ id: String) async throws -> EnrollmentToken? { nil }
    func add(_ token: EnrollmentToken, _ note: AuditNote) async throws {}
    func deleteEnrollmentToken(_ id: String, _ note: AuditNote) async throws -> Bool { false }
    func approvedPatterns() async throws -> [ApprovedPattern] { [] }
    func add(_ pattern: ApprovedPattern, _ note: AuditNote) async throws {}
    func deleteApprovedPattern(_ pattern: String, _ note: AuditNote) async throws -> Bool { false }
    func note(_ note: AuditNote) async throws {}
}
