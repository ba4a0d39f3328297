package import Foundation
package import Logging
import NIOPosix
package import Store
package import Trust
package import Wire

/// Makes machines envoys: checks who may, signs their certificates, and takes it all back again.
package final class Enrollment: Sendable {
    package enum Outcome: Sendable, Equatable {
        case enrolled(RegistrationResponse)
        case pending(UUID)
        case refused(EnrollmentRefusal)
    }

    /// How long the same registration may be repeated after it succeeded: its answer may have been lost.
    static let repetition: TimeInterval = 15 * 60
    /// Registrations of one hostname that may wait for approval.
    static let waitingLimit = 3
    static let missedCheckIns = 3.0

    let store: Store
    let settings: EnrollmentSettings
    let registry: AgentRegistry
    let logger: Logger
    private let authority: CertificateAuthority
    private let failures: SourceLimiter
    private let refusals: AuditedRefusals
    private let repetitions = EnvoyLimiter()
    private let withoutToken: SourceLimiter
    private let turn = Turn()

    package convenience init(
        store: Store,
        authority: CertificateAuthority,
        settings: EnrollmentSettings,
        registry: AgentRegistry,
        refusals: AuditedRefusals,
        logger: Logger,
        limitWithoutToken: Int = 1000
    ) {
        self.init(
            store: store,
            authority: authority,
            settings: settings,
            registry: registry,
            refusals: refusals,
            logger: logger,
            failures: SourceLimiter(limit: 10, window: .minutes(10)),
            // Whole racks come at once from behind one address; a machine that makes up names comes for ever.
            withoutToken: SourceLimiter(limit: limitWithoutToken, window: .hours(1))
        )
    }

    init(
        store: Store,
        authority: CertificateAuthority,
        settings: EnrollmentSettings,
        registry: AgentRegistry,
        refusals: AuditedRefusals,
        logger: Logger,
        failures: SourceLimiter,
        withoutToken: SourceLimiter
    ) {
        self.store = store
        self.authority = authority
        self.settings = settings
        self.registry = registry
        self.logger = logger
        self.failures = failures
        self.withoutToken = withoutToken
        self.refusals = refusals
    }

    /// `source` is the address that the request came from, behind trusted proxies the one that they tell.
    package func register(_ request: RegistrationRequest, from source: String) async -> Outcome {
        // Counted by network where one machine has a network of addresses to itself.
        let counted = SourceNetwork.name(source)
        guard !failures.isBlocked(counted) else {
            await auditing { try await refusals.countBlocked(source, .envoyRefused) }
            return .refused(.tooManyFailures)
        }
        do {
            return try await admit(request, from: source)
        } catch let refusal as EnrollmentRefusal {
            failures.count(counted)
            await note(refusal, of: request, from: source)
            return .refused(refusal)
        } catch {
            logger.error("a registration failed", metadata: ["error": "\(error)"])
            return .refused(.unavailable)
        }
    }

    private func admit(_ request: RegistrationRequest, from source: String) async throws -> Outcome {
        let application = try EnrollmentApplication(request)
        // Slow on purpose, and therefore outside of the turn.
        let token = try await finding(of: request.token, for: application.hostname)
        await turn.enter()
        do {
            let outcome = try await decide(application, token, source)
            await turn.leave()
            return outcome
        } catch {
            await turn.leave()
            throw error
        }
    }

    private func decide(
        _ application: EnrollmentApplication,
        _ token: EnrollmentPolicy.TokenFinding,
        _ source: String
    ) async throws -> Outcome {
        if let known = try await store.envoy(identityKey: Data(application.identityKey)) {
            return try await again(application, known)
        }
        let occupant = try await store.envoy(hostname: application.hostname.text)
        let policy = EnrollmentPolicy(
            trusted: settings.trusted,
            approved: try await store.approvedPatterns().compactMap { HostnamePattern($0.pattern) }
        )
        let applicant = EnrollmentPolicy.Applicant(
            hostname: application.hostname,
            source: source,
            token: token,
            force: application.force,
            provesPrevious: occupant.map(application.provesPrevious) ?? false
        )
        switch policy.decide(applicant, occupant: occupant.map { .init(id: $0.id, isSilent: isSilent($0)) }) {
        case .refuse(let refusal):
            throw refusal
        case .wait(let method, let replaced):
            return try await wait(application, method, replaced, source)
        case .admit(let method, let replaced):
            let tokenID: String? = if case .valid(let id) = token { id } else { nil }
            let counted = SourceNetwork.name(source)
            if tokenID == nil, withoutToken.isBlocked(counted) { throw EnrollmentRefusal.tooManyEnrollments }
            let outcome = try await enroll(application, method, tokenID, replaced, source)
            if tokenID == nil { withoutToken.count(counted) }
            return outcome
        }
    }

    private func enroll(
        _ application: EnrollmentApplication,
        _ method: EnrollmentPolicy.Method,
        _ token: String?,
        _ replaced: UUID?,
        _ source: String
    ) async throws -> Outcome {
        let now = settings.now()
        var envoy = application.envoy(status: .active, from: source, at: now)
        envoy.previousEnvoy = replaced
        let issued = try issue(application, to: envoy.id)
        envoy.certificateSerial = issued.serial
        envoy.certificateNotAfter = issued.notValidAfter
        let audit = EnrollmentAudit.enrolled(envoy, method, token: token, replaced: replaced, source: source)
        do {
            try await store.enroll(envoy, consuming: token, replacing: replaced, at: now, audit: audit)
        } catch StoreError.conflict(let sentence) {
            // Two that came with the same token at once: the other one was first.
            throw sentence == EnrollmentRefusal.hostnameTaken.message
                ? EnrollmentRefusal.hostnameTaken : .token(sentence)
        }
        if let replaced { registry.disconnect(replaced) }
        logger.info("envoy enrolled", metadata: ["envoy": "\(envoy.id.lowercased)", "hostname": "\(envoy.hostname)"])
        return .enrolled(response(envoy.id, issued))
    }

    private func wait(
        _ application: EnrollmentApplication,
        _ method: EnrollmentPolicy.Method,
        _ replaced: UUID,
        _ source: String
    ) async throws -> Outcome {
        let hostname = application.hostname.text
        let waiting = try await store.envoys(status: .pending).filter { $0.hostname == hostname }
        guard waiting.count < Self.waitingLimit else { throw EnrollmentRefusal.tooManyWaiting }
        let now = settings.now()
        var envoy = application.envoy(status: .pending, from: source, at: now)
        envoy.previousEnvoy = replaced
        try await store.enroll(envoy, at: now, audit: [EnrollmentAudit.waiting(envoy, method, source: source)])
        return .pending(envoy.id)
    }

    /// The holder of this identity has registered before: it asks whether it is approved, or repeats a request whose answer it
    /// did not get. The proof over the new certificate request shows that it is the same one.
    private func again(_ application: EnrollmentApplication, _ known: EnvoyRecord) async throws -> Outcome {
        guard known.hostname == application.hostname.text else { throw EnrollmentRefusal.identityTaken }
        switch known.status {
        case .revoked: throw EnrollmentRefusal.revoked
        case .pending: return .pending(known.id)
        case .active: break
        }
        let isRepetition = settings.now().timeIntervalSince(known.enrolledAt) < Self.repetition && known.lastSeen == nil
        guard known.certificateSerial == nil || isRepetition else { throw EnrollmentRefusal.identityTaken }
        // Each one is a record for ever.
        guard repetitions.admits(known.id, at: settings.now()) else { throw EnrollmentRefusal.identityTaken }
        let issued = try issue(application, to: known.id)
        try await store.setCertificate(
            of: known.id,
            serial: issued.serial,
            notAfter: issued.notValidAfter,
            audit: [EnrollmentAudit.collected(known, serial: issued.serial)]
        )
        return .enrolled(response(known.id, issued))
    }

    private func finding(of text: String?, for hostname: Hostname) async throws -> EnrollmentPolicy.TokenFinding {
        guard let text else { return .none }
        let unknown = EnrollmentPolicy.TokenFinding.refused("the enrollment token is not one of this server's")
        guard let token = RandomToken(parsing: text), token.kind == .enrollment,
            let kept = try await store.enrollmentToken(token.id)
        else { return unknown }
        let isRight = try await NIOThreadPool.singleton.runIfActive { TokenHash.isBcrypt(kept.hash, of: token.secret) }
        guard isRight else { return unknown }
        // Whoever has the secret may know what is wrong with it.
        guard kept.usedAt == nil else { return .refused("the enrollment token has been used already") }
        guard kept.revokedAt == nil else { return .refused("the enrollment token has been revoked") }
        guard kept.isGood(at: settings.now()) else { return .refused("the enrollment token has expired") }
        guard HostnamePattern(kept.pattern)?.matches(hostname.text) == true else {
            return .refused("the enrollment token is for \(kept.pattern), not for \(hostname)")
        }
        return .valid(id: kept.id)
    }

    private func issue(_ application: EnrollmentApplication, to envoy: UUID) throws -> IssuedCertificate {
        try authority.issueEnvoyCertificate(
            for: application.certificateRequest,
            envoyID: envoy,
            validity: settings.certificateValidity,
            now: settings.now()
        )
    }

    private func response(_ envoy: UUID, _ issued: IssuedCertificate) -> RegistrationResponse {
        RegistrationResponse(
            envoyID: envoy,
            certificate: issued.pem,
            ca: authority.certificatePEM,
            serverIdentityKey: Data(settings.serverIdentityKey),
            agentAddress: settings.agentAddress,
            checkInSeconds: Int(settings.checkInInterval.components.seconds),
            allowedPorts: settings.allowedPorts
        )
    }

    private func isSilent(_ envoy: EnvoyRecord) -> Bool {
        guard !registry.isConnected(envoy.id) else { return false }
        let interval = Double(settings.checkInInterval.components.seconds)
        let last = envoy.lastSeen ?? envoy.enrolledAt
        return settings.now().timeIntervalSince(last) > Self.missedCheckIns * interval
    }

    private func note(_ refusal: EnrollmentRefusal, of request: RegistrationRequest, from source: String) async {
        logger.notice("registration refused", metadata: ["source": "\(source)", "reason": "\(refusal.code)"])
        await auditing {
            let event = EnrollmentAudit.refused(refusal, hostname: request.hostname, source: source)
            try await refusals.strangers.record(event, from: SourceNetwork.name(source))
        }
    }

    private func auditing(_ work: () async throws -> Void) async {
        do { try await work() } catch {
            logger.error("a refusal could not be audited", metadata: ["error": "\(error)"])
        }
    }
}
