import FoundationEssentials
import Logging
import Trust
import Wire

/// What changes while the agent runs: its credentials, and what it remembers of the server.
actor EnvoyState {
    let directories: AgentDirectories
    let configuration: AgentConfiguration
    private(set) var credentials: EnvoyCredentials
    private(set) var memory: CheckInMemory
    private(set) var secrets: HeldSecrets
    /// What the last check-in's policy speaks of.
    private var entitled: [SecretKey] = []
    private let logger: Logger
    private let renewalJitter = Double.random(in: 0...1)
    private var isRenewing = false

    init(directories: AgentDirectories, logger: Logger) throws {
        self.directories = directories
        self.logger = logger
        let file = directories.configurationFile
        configuration = try AgentConfiguration(parsing: PrivateFile.text(file), file: file)
        credentials = try EnvoyCredentials(in: directories)
        memory = CheckInMemory(parsing: (try? PrivateFile.text(directories.memory)) ?? "")
        secrets = HeldSecrets(epoch: memory.secretsEpoch)
        let sealing = SealedSecrets(envoy: configuration.envoyID, identity: credentials.identity)
        switch SecretsFile(path: directories.secrets, sealing: sealing).read(epoch: memory.secretsEpoch) {
        case .nothing: break
        case .secrets(let held): secrets = held
        case .unusable(let why): logger.warning("stored secrets are ignored: \(why)")
        }
    }

    private var secretsFile: SecretsFile {
        SecretsFile(
            path: directories.secrets,
            sealing: SealedSecrets(envoy: configuration.envoyID, identity: credentials.identity)
        )
    }

    private var exchange: CheckInExchange {
        CheckInExchange(
            envoy: configuration.envoyID,
            identity: credentials.identity,
            serverKey: configuration.serverIdentityKey
        )
    }

    /// Stored before it is sent, so that its time is never used again.
    func makeCheckIn(now: Date = Date()) throws -> Vigo_Agent_V1_Signed {
        let request = try exchange.request(
            .current.named(configuration.hostname),
            allowedPorts: configuration.allowedPorts,
            now: UInt64(max(0, now.timeIntervalSince1970 * 1000)),
            memory: &memory
        )
        try store()
        return request
    }

    /// The time until the next check-in.
    func accept(_ answer: Vigo_Agent_V1_Signed, to request: Vigo_Agent_V1_Signed) throws -> Duration {
        let message = try exchange.verify(answer, to: request, memory: memory)
        memory.answerTime = message.time
        memory.serverPorts = Set(message.allowedPorts.map(Int.init))
        if message.hasHead {
            let head = CheckInMemory.Head(sequence: message.head.sequence, hash: Array(message.head.hash))
            if case .shrunk(let seen, let shown) = memory.note(head) {
                logger.error(
                    "the server's audit log has lost or changed records",
                    metadata: ["seen": "\(seen.sequence)", "shown": "\(shown.sequence)"]
                )
            }
        }
        if message.hasPolicy { hear(message.policy) }
        try store()
        let seconds = message.intervalSeconds == 0 ? configuration.checkInSeconds : Int(message.intervalSeconds)
        return .seconds(max(1, min(seconds, 86_400)))
    }

    /// Before the epoch is remembered the file of an older one goes: it must not come back.
    private func hear(_ policy: Vigo_Agent_V1_PolicyBundle) {
        let keys = SecretPlaceholder.keys(in: policy.secrets.joined(separator: "\n"))
        switch secrets.hear(epoch: policy.secretsEpoch, entitled: keys) {
        case .past:
            logger.error(
                "the server's secrets are of an epoch that is over; those that are held are kept",
                metadata: ["held": "\(secrets.epoch)", "told": "\(policy.secretsEpoch)"]
            )
            return
        case .dropped: secretsFile.remove()
        case .none: break
        }
        entitled = keys
        memory.secretsEpoch = secrets.epoch
    }

    /// Asks for all secrets that are missing, in one call unless they are very many. Where that fails they stay missing, and the next
    /// check-in tries again.
    func resolveSecrets(now: Date = Date(), _ ask: (Vigo_Agent_V1_Signed) async throws -> Vigo_Agent_V1_Signed)
        async throws
    {
        let exchange = SecretsExchange(
            envoy: configuration.envoyID,
            identity: credentials.identity,
            serverKey: configuration.serverIdentityKey
        )
        let time = UInt64(max(0, now.timeIntervalSince1970 * 1000))
        // An epoch that grows meanwhile makes all be asked for again, and may not do so for ever.
        for _ in 0..<SecretsExchange.mostCalls {
            let batch = SecretsExchange.batch(secrets.missing(of: entitled))
            guard !batch.isEmpty else { return }
            let request = try exchange.request(batch, epoch: secrets.epoch, now: time)
            let resolved = try exchange.verify(try await ask(request), to: request)
            guard secrets.take(resolved.values, epoch: resolved.epoch) != .past else {
                throw SecretsExchange.Failure.old
            }
            memory.secretsEpoch = secrets.epoch
            // In this order: a file of an epoch that is not remembered would not open.
            try store()
            try secretsFile.write(secrets)
            logger.info("secrets resolved", metadata: ["count": "\(batch.count)", "epoch": "\(secrets.epoch)"])
        }
    }

    func isRenewalDue(at now: Date = Date()) -> Bool {
        RenewalSchedule(
            notBefore: credentials.certificate.notValidBefore,
            notAfter: credentials.certificate.notValidAfter,
            jitter: renewalJitter
        ).isDue(at: now)
    }

    /// Once at a time, however often it is asked for. Connections made from now on use the new certificate; whether there
    /// is one is the answer.
    func renew(_ ask: CertificateRenewal.Ask) async -> Bool {
        guard !isRenewing else { return false }
        isRenewing = true
        defer { isRenewing = false }
        do {
            credentials = try await CertificateRenewal(directories: directories).run(credentials, ask: ask)
            logger.info("certificate renewed", metadata: ["until": "\(credentials.certificate.notValidAfter)"])
            return true
        } catch {
            logger.error("certificate not renewed: \(error)")
            return false
        }
    }

    private func store() throws {
        try PrivateFile.write(Array(memory.text.utf8), to: directories.memory)
    }
}
