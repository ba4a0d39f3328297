import Crypto
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Store
import Trust
import Wire

@testable import Host

/// The envoys' half of a server on a port of its own, with a store in memory.
final class FleetLab: Sendable {
    let store: Store
    let authority: CertificateAuthority
    let identity = EnvoyIdentity()
    let registry = AgentRegistry()
    let tunnels: Tunnels
    let unidentified: ConnectionLimit
    let listener: AgentListener

    private init(
        timeouts: TunnelTimeouts,
        silence: TimeAmount,
        unidentified: ConnectionLimit,
        secrets: FakeVault?,
        rules: [ServerConfiguration.SecretsRule]
    ) async throws {
        store = try Store.inMemory()
        authority = try CertificateAuthority.create(name: "lab", validity: .seconds(86400), now: Date())
        let key = P256.Signing.PrivateKey()
        let issued = try authority.issueServerCertificate(
            names: ["127.0.0.1"],
            key: key,
            validity: .seconds(3600),
            now: Date()
        )
        tunnels = Tunnels(registry: registry, timeouts: timeouts)
        self.unidentified = unidentified
        var policy = AgentPolicy()
        policy.serverVersion = "lab"
        if let secrets {
            let epoch = try await SecretsEpoch(store: store, logger: APIWorld.quiet)
            await epoch.grow(why: .load)
            policy.secrets = SecretsResolution(
                entitlements: SecretEntitlements(rules: rules),
                vault: PatientVault(secrets),
                epoch: epoch,
                store: store,
                logger: APIWorld.quiet
            )
        }
        var configuration = AgentListener.Configuration(
            address: try NIOCore.SocketAddress(ipAddress: "127.0.0.1", port: 0),
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(issued.pem.utf8)),
            privateKey: try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem),
            authority: authority,
            identity: identity,
            policy: policy
        )
        configuration.silenceLimit = silence
        configuration.unidentified = unidentified
        var logger = Logger(label: "lab")
        logger.logLevel = .critical
        listener = AgentListener(configuration, store: store, registry: registry, tunnels: tunnels, logger: logger)
        try await listener.start()
    }

    static func run(
        timeouts: TunnelTimeouts = TunnelTimeouts(),
        silence: TimeAmount = .seconds(5),
        unidentified: ConnectionLimit = ConnectionLimit(),
        secrets: FakeVault? = nil,
        rules: [ServerConfiguration.SecretsRule] = [],
        _ body: (FleetLab) async throws -> Void
    ) async throws {
        let lab = try await FleetLab(
            timeouts: timeouts,
            silence: silence,
            unidentified: unidentified,
            secrets: secrets,
            rules: rules
        )
        do {
            try await body(lab)
            await lab.listener.stop()
        } catch {
            await lab.listener.stop()
            throw error
        }
    }

    var port: Int { listener.localAddress?.port ?? 0 }

    /// An envoy that is enrolled here, with its certificate.
    func enroll(
        _ hostname: String = "web1.example.com",
        status: EnvoyRecord.Status = .active,
        validity: Duration = .seconds(3600),
        now: Date = Date()
    ) async throws -> LabEnvoy {
        let envoy = try LabEnvoy(authority: authority, validity: validity, now: now)
        let record = EnvoyRecord(
            id: envoy.id,
            hostname: hostname,
            identityKey: Data(envoy.identity.publicKey),
            certificateSerial: envoy.serial,
            enrolledAt: Date(),
            status: status
        )
        try await store.enroll(record, audit: [])
        return envoy
    }

    /// Calls with the envoy's certificate.
    func call<Result: Sendable>(
        as envoy: LabEnvoy,
        _ body: @Sendable (Vigo_Agent_V1_VigoAgent.Client<HTTP2ClientTransport.Posix>) async throws -> Result
    ) async throws -> Result {
        try await withClient(as: envoy) { try await body(Vigo_Agent_V1_VigoAgent.Client(wrapping: $0)) }
    }

    /// A gRPC client with the envoy's certificate.
    func withClient<Result: Sendable>(
        as envoy: LabEnvoy,
        _ body: @Sendable (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Result
    ) async throws -> Result {
        let security = HTTP2ClientTransport.Posix.TransportSecurity.mTLS(
            certificateChain: [.bytes(Array(envoy.certificate.utf8), format: .pem)],
            privateKey: .bytes(Array(envoy.keyPEM.utf8), format: .pem)
        ) { [authority] in
            $0.trustRoots = .certificates([.bytes(Array(authority.certificatePEM.utf8), format: .pem)])
            $0.serverCertificateVerification = .noHostnameVerification
        }
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: port),
            transportSecurity: security
        )
        return try await withGRPCClient(transport: transport) { try await body($0) }
    }

    /// A TLS connection with the envoy's certificate (or none) and these protocols offered.
    func dial(as envoy: LabEnvoy?, alpn: [String] = [TunnelProtocol.alpn]) async throws -> LabConnection {
        try await LabConnection.dial(port: port, envoy: envoy, authority: authority, alpn: alpn)
    }
}

/// An envoy's keys and certificate.
struct LabEnvoy: Sendable {
    let id: UUID
    let identity = EnvoyIdentity()
    private(set) var certificate: String
    private(set) var keyPEM: String
    private(set) var serial: String

    init(authority: CertificateAuthority, id: UUID = UUID(), validity: Duration = .seconds(3600), now: Date = Date())
        throws
    {
        self.id = id
        let request = try CertificateRequest()
        let verified = try CertificateRequest.Verified(
            der: request.der,
            proof: request.proof(by: identity),
            identityKey: identity.publicKey
        )
        let issued = try authority.issueEnvoyCertificate(for: verified, envoyID: id, validity: validity, now: now)
        (certificate, serial) = (issued.pem, issued.serial)
        keyPEM = request.keyPEM.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The same envoy with the certificate that the server answers to this request's sending.
    func renewed(_ send: (Vigo_Agent_V1_RenewCertificateRequest) async throws -> Vigo_Agent_V1_RenewCertificateResponse)
        async throws -> LabEnvoy
    {
        let fresh = try CertificateRequest()
        var request = Vigo_Agent_V1_RenewCertificateRequest()
        request.certificateRequest = Data(fresh.der)
        request.proof = Data(try fresh.proof(by: identity))
        var renewed = self
        renewed.certificate = try await send(request).certificateChain
        renewed.keyPEM = fresh.keyPEM.withBytes { String(decoding: $0, as: UTF8.self) }
        return renewed
    }

    func checkIn(
        time: UInt64 = UInt64(Date().timeIntervalSince1970 * 1000),
        _ change: (inout Vigo_Agent_V1_CheckIn) -> Void = { _ in }
    ) throws -> Vigo_Agent_V1_Signed {
        var checkIn = Vigo_Agent_V1_CheckIn()
        checkIn.envoyID = id.uuidString
        checkIn.time = time
        checkIn.hostname = "web1.example.com"
        checkIn.agentVersion = "0.1.0"
        checkIn.os = "linux"
        change(&checkIn)
        var signed = Vigo_Agent_V1_Signed()
        signed.payload = try checkIn.serializedData()
        signed.signature = Data(try identity.sign(signed.payload, context: .checkIn))
        return signed
    }
}
