import Foundation
import Host
import Logging
import Store
import Synchronization
import Trust
import Wire

/// Enrollment over a store in memory, with a clock to turn.
final class EnrollmentLab: Sendable {
    let store: Store
    let authority: CertificateAuthority
    let registry = AgentRegistry()
    let refusals: AuditedRefusals
    let enrollment: Enrollment
    let routes: EnrollmentRoutes

    init(trusted: [(String, String)] = [("*.example.com", "10.0.0.0/8")], limitWithoutToken: Int = 1000) throws {
        store = try Store.inMemory()
        refusals = AuditedRefusals(store: store)
        authority = try CertificateAuthority.create(name: "lab", validity: .seconds(864_000), now: Date())
        var settings = EnrollmentSettings(
            trusted: trusted.map {
                ServerConfiguration.TrustedEnrollment(pattern: HostnamePattern($0.0)!, networks: [CIDR($0.1)!])
            },
            certificateValidity: .seconds(3600),
            checkInInterval: .seconds(300),
            allowedPorts: [22],
            agentAddress: "vigo.example.com:1530",
            serverIdentityKey: EnvoyIdentity().publicKey
        )
        let box = ClockBox()
        settings.now = { box.now }
        self.box = box
        var logger = Logger(label: "lab")
        logger.logLevel = .critical
        enrollment = Enrollment(
            store: store,
            authority: authority,
            settings: settings,
            registry: registry,
            refusals: refusals,
            logger: logger,
            limitWithoutToken: limitWithoutToken
        )
        routes = EnrollmentRoutes(
            enrollment: enrollment,
            binaries: AgentBinaries(directory: "/nonexistent", version: "1"),
            script: BootstrapScript(publicURL: PublicURL("https://vigo.example.com:8443")!, authority: nil)
        )
    }

    private let box: ClockBox

    func pass(_ seconds: TimeInterval) { box.pass(seconds) }

    func actions() async throws -> [String] { try await store.auditRecords(after: 0).map(\.action) }

    private final class ClockBox: Sendable {
        private let offset = Mutex<TimeInterval>(0)
        var now: Date { Date().addingTimeInterval(offset.withLock { $0 }) }
        func pass(_ seconds: TimeInterval) { offset.withLock { $0 += seconds } }
    }
}

/// A machine that wants to be an envoy.
struct Machine {
    let identity = EnvoyIdentity()
    let hostname: String
    let request: CertificateRequest

    init(_ hostname: String = "web1.example.com") throws {
        self.hostname = hostname
        request = try CertificateRequest()
    }

    func registration(_ change: (inout RegistrationRequest) -> Void = { _ in }) throws -> RegistrationRequest {
        var registration = RegistrationRequest(
            hostname: hostname,
            os: "linux",
            arch: "x86_64",
            agentVersion: "0.1.0",
            addresses: [],
            identityKey: Data(identity.publicKey),
            certificateRequest: Data(request.der),
            proof: Data(try request.proof(by: identity))
        )
        change(&registration)
        return registration
    }
}
