import Broker
import Foundation
import Logging
import Store
import Synchronization
import Trust
import Wire

/// Gives envoys the secrets that their policy speaks of.
final class SecretsResolution: Sendable {
    static let mostReferences = 256
    /// All values of one answer: what one gRPC message takes.
    static let mostBytes = 3 << 20

    private let entitlements: SecretEntitlements
    private let vault: PatientVault
    private let epoch: SecretsEpoch
    private let store: Store
    private let logger: Logger
    private let records = Mutex(ResolutionRecords())

    init(
        entitlements: SecretEntitlements,
        vault: PatientVault,
        epoch: SecretsEpoch,
        store: Store,
        logger: Logger
    ) {
        self.entitlements = entitlements
        self.vault = vault
        self.epoch = epoch
        self.store = store
        self.logger = logger
    }

    /// For the answer to a check-in.
    func bundle(of envoy: EnvoyRecord) -> Vigo_Agent_V1_PolicyBundle {
        var bundle = Vigo_Agent_V1_PolicyBundle()
        bundle.secrets = entitlements.keys(of: envoy.hostname).map { SecretPlaceholder.text(of: $0) }
        bundle.secretsEpoch = epoch.current
        return bundle
    }

    /// Throws only where what happens cannot be recorded: then nothing is given.
    func resolve(
        _ request: Vigo_Agent_V1_ResolveSecrets,
        for envoy: EnvoyRecord,
        at now: Date
    ) async throws -> Result<Vigo_Agent_V1_ResolvedSecrets, ResolveRefusal> {
        do { return .success(try await found(request, for: envoy, at: now)) } catch let refusal as ResolveRefusal {
            return .failure(refusal)
        }
    }

    private func found(
        _ request: Vigo_Agent_V1_ResolveSecrets,
        for envoy: EnvoyRecord,
        at now: Date
    ) async throws -> Vigo_Agent_V1_ResolvedSecrets {
        guard (1...Self.mostReferences).contains(request.references.count),
            Set(request.references).count == request.references.count
        else { throw ResolveRefusal.invalid("expected 1 to \(Self.mostReferences) references, each once") }
        let keys: [SecretKey]
        switch entitlements.decide(request.references, for: envoy.hostname) {
        case .entitled(let asked): keys = asked
        case .refused(let refused): throw try await refuse(refused, to: envoy, at: now)
        }
        // Before the values are read: one that changes now belongs to a later epoch, which the next check-in tells of.
        let current = epoch.current
        let values = try checked(keys, await vault.get(keys))
        try await record(keys, current, envoy)
        var answer = Vigo_Agent_V1_ResolvedSecrets()
        answer.secretsEpoch = current
        answer.secrets = zip(keys, values).map { key, value in
            var secret = Vigo_Agent_V1_ResolvedSecret()
            secret.reference = key.description
            secret.value = value.withBytes { Data($0) }
            return secret
        }
        return answer
    }

    private func checked(_ keys: [SecretKey], _ results: [Result<Secret, SecretsError>]) throws -> [Secret] {
        var values: [Secret] = []
        var size = 0
        for (key, result) in zip(keys, results) {
            switch result {
            case .success(let value):
                values.append(value)
                size += value.count
            case .failure(let error) where error.code == .notFound:
                throw ResolveRefusal.missing("the vault holds no secret \(key)")
            case .failure(let error):
                logger.error("a secret could not be read", metadata: ["secret": "\(key)", "error": "\(error)"])
                throw ResolveRefusal.unavailable("the vault cannot give the secret \(key) now")
            }
        }
        guard size <= Self.mostBytes else {
            throw ResolveRefusal.invalid("these secrets are larger than \(Self.mostBytes >> 20) MiB together")
        }
        return values
    }

    /// An envoy that somebody took over must not fill the disk with what it is refused.
    private func refuse(_ references: [String], to envoy: EnvoyRecord, at now: Date) async throws -> ResolveRefusal {
        guard records.withLock({ $0.admitsRefusal(of: envoy.id, at: now) }) else {
            return .tooMany("too many secrets were refused to this envoy; try again later")
        }
        let shown = references.prefix(16).map { AgentSentence.cleaned(String($0.prefix(200))) }
        var details = ["hostname": envoy.hostname, "references": shown.joined(separator: " ")]
        if references.count > shown.count { details["more"] = "\(references.count - shown.count)" }
        let event = AuditEvent(
            .secretEntitlementDenied,
            actor: "envoy:\(envoy.hostname)",
            subject: envoy.id.lowercased,
            details: details
        )
        try await store.append([event])
        return .denied("this envoy's policy does not speak of \(shown[0])")
    }

    /// Once for an envoy, an epoch and a reference, and before the values go out: none leave unrecorded.
    private func record(_ keys: [SecretKey], _ current: UInt64, _ envoy: EnvoyRecord) async throws {
        let new = records.withLock { $0.new(keys, of: envoy.id, in: current) }
        guard !new.isEmpty else { return }
        let event = AuditEvent(
            .secretEpochResolved,
            actor: "envoy:\(envoy.hostname)",
            subject: envoy.id.lowercased,
            details: [
                "epoch": "\(current)", "hostname": envoy.hostname,
                "references": new.map(\.description).joined(separator: " "),
            ]
        )
        try await store.append([event])
        records.withLock { $0.note(new, of: envoy.id, in: current) }
    }
}
