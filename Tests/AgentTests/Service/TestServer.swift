import Broker
import Crypto
import Foundation
import Logging
import NIOCore
import NIOSSL
import Store
import Trust

@testable import Agent
@testable import Host

/// The server's real port 1530, and directories of an agent that is enrolled with it.
struct TestServer {
    let listener: AgentListener
    let registry: AgentRegistry
    let tunnels: Tunnels
    let store: Store
    let envoy: UUID
    let directories: AgentDirectories
    let address: ServerAddress
    /// Where it has a vault.
    let epoch: SecretsEpoch?

    /// The agent calls the server `localhost` or, where a proxy is to be used, by a name of loopback that no rule exempts.
    static func start(
        ownerPorts: Set<Int>,
        serverPorts: [Int],
        name: String = "localhost",
        validity: Duration = .seconds(86_400),
        issued: Date = Date(),
        vault: (any SecretsProvider)? = nil,
        secrets: [SecretKey] = []
    ) async throws -> TestServer {
        let envoy = UUID()
        let authority = try CertificateAuthority.create(name: "test", validity: .seconds(8_640_000), now: issued)
        let serverIdentity = EnvoyIdentity()
        let key = P256.Signing.PrivateKey()
        let certificate = try authority.issueServerCertificate(
            names: ["localhost", "127.0.0.1", name],
            key: key,
            validity: .seconds(864_000),
            now: Date()
        )
        var policy = AgentPolicy()
        policy.checkInInterval = .seconds(1)
        policy.allowedPorts = serverPorts
        let identity = EnvoyIdentity()
        let store = try Store.inMemory()
        let quiet = Logger(label: "server") { _ in SwiftLogNoOpLogHandler() }
        let epoch = vault == nil ? nil : try await SecretsEpoch(store: store, logger: quiet)
        if let vault, let epoch {
            await epoch.grow(why: .load)
            policy.secrets = SecretsResolution(
                entitlements: SecretEntitlements(rules: [.init(pattern: HostnamePattern("test")!, keys: secrets)]),
                vault: PatientVault(vault),
                epoch: epoch,
                store: store,
                logger: quiet
            )
        }
        let registry = AgentRegistry()
        let tunnels = Tunnels(registry: registry)
        let listener = AgentListener(
            .init(
                address: try SocketAddress(ipAddress: "127.0.0.1", port: 0),
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.pem.utf8)),
                privateKey: try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem),
                authority: authority,
                identity: serverIdentity,
                policy: policy
            ),
            store: store,
            registry: registry,
            tunnels: tunnels,
            logger: quiet
        )
        try await listener.start()
        let port = listener.localAddress?.port ?? 0
        let scratch = NSTemporaryDirectory() + "vigo-agent-" + UUID().uuidString
        let directories = AgentDirectories(config: scratch + "/config", state: scratch + "/state")
        let request = try CertificateRequest()
        let verified = try CertificateRequest.Verified(
            der: request.der,
            proof: try request.proof(by: identity),
            identityKey: identity.publicKey
        )
        let own = try authority.issueEnvoyCertificate(for: verified, envoyID: envoy, validity: validity, now: issued)
        try await store.enroll(
            EnvoyRecord(
                id: envoy,
                hostname: "test",
                identityKey: Data(identity.publicKey),
                certificateSerial: own.serial,
                enrolledAt: Date(),
                status: .active
            ),
            audit: []
        )
        let address = ServerAddress(host: name, port: port)
        let configuration = AgentConfiguration(
            server: "https://localhost",
            envoyID: envoy.uuidString.lowercased(),
            agentAddress: address,
            serverIdentityKey: serverIdentity.publicKey,
            checkInSeconds: 1,
            allowedPorts: ownerPorts
        )
        try PrivateFile.makeDirectory(scratch)
        try EnrollmentDirectory(files: [
            "config": Secret(configuration.text), "identity.pem": identity.pem, "tls.key": request.keyPEM,
            "certificate.pem": Secret(own.pem), "ca.pem": Secret(authority.certificatePEM),
        ]).install(at: directories)
        return TestServer(
            listener: listener,
            registry: registry,
            tunnels: tunnels,
            store: store,
            envoy: envoy,
            directories: directories,
            address: address,
            epoch: epoch
        )
    }

    func record() async throws -> EnvoyRecord? {
        try await store.envoy(envoy)
    }

    /// Runs an agent against this server while `body` runs, and ends both.
    func withAgent(environment: [String: String] = [:], _ body: () async throws -> Void) async throws {
        var logger = Logger(label: "vigo") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = ProcessInfo.processInfo.environment["VIGO_TEST_LOG"] == nil ? .critical : .debug
        let service = try AgentService(
            directories: directories,
            environment: environment,
            helper: HelperTests.program,
            updates: SelfUpdate(directories: directories, logger: logger),
            logger: logger
        )
        let task = Task { await service.run() }
        do {
            try await eventually("the agent connects") { registry.isConnected(envoy) }
            try await body()
        } catch {
            task.cancel()
            _ = await task.value
            await listener.stop()
            throw error
        }
        task.cancel()
        _ = await task.value
        await listener.stop()
        try? FileManager.default.removeItem(atPath: directories.config)
    }
}

struct Unmet: Error {
    let what: String
}

func eventually(_ what: String, seconds: Int = 15, _ condition: () async -> Bool) async throws {
    let end = Date().addingTimeInterval(TimeInterval(seconds))
    while Date() < end {
        if await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw Unmet(what: what)
}
