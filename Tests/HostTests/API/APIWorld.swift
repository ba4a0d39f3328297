import Broker
import Built
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Store
import Trust
import VaultDouble
import Wire
import WorkerProtocol

@testable import Host

/// The whole API over a store in memory and sessions without processes; one user of each role, each with a token.
struct APIWorld {
    let store: Store
    let registry = AgentRegistry()
    let sessions: SessionRegistry
    let workers = FakeWorkers()
    let tickets = WebSocketTickets()
    let credentials = CredentialWatch()
    let refusals: AuditedRefusals
    let admission: SessionAdmission
    let recordings: Recordings
    let routes: [APIRoute]
    let application: Application<RouterResponder<APIContext>>
    let tokens: [UserRole: String]
    let envoy: UUID
    /// Each user's password is its name with "-password" behind.
    let vault = FakeVault(
        Dictionary(uniqueKeysWithValues: UserRole.allCases.map { ("vigo/web/auth/\($0)", "\($0)-password") })
    )
    let epoch: SecretsEpoch
    let logins: Logins
    let watch: VaultWatch
    let web: WebSignIn
    private let directory: String

    static let origin = "https://vigo.example.com:8443"
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init(
        tunnels: FakeTunnels = FakeTunnels(.hang),
        maxSessions: Int = 10,
        requireKeyProof: Bool = false,
        recording: ServerConfiguration.Recording = ServerConfiguration.Recording()
    ) async throws {
        store = try Store.inMemory()
        refusals = AuditedRefusals(store: store)
        directory = "\(NSTemporaryDirectory())vigo-api-\(UUID().uuidString)"
        let catalog = try await Self.catalog(directory)
        try FileManager.default.createDirectory(atPath: "\(directory)/recordings", withIntermediateDirectories: true)
        recordings = Recordings(
            directory: "\(directory)/recordings",
            settings: recording,
            store: store,
            index: try ScreenIndex.inMemory(),
            logger: Self.quiet
        )
        let parts = SessionParts(
            tunnels: tunnels,
            workers: workers,
            records: StoredSessions(store: store),
            logins: LoginLimiter(),
            credentials: credentials,
            logger: Self.quiet,
            recorder: recordings
        )
        sessions = SessionRegistry(parts: parts, maxSessions: maxSessions)
        var configuration = ServerConfiguration()
        configuration.server.dataDirectory = directory
        configuration.scrier.allowedPorts = [22, 7777]
        configuration.scrier.requireKeyProof = requireKeyProof
        configuration.scrier.recording = recording
        let authority = try CertificateAuthority.create(name: "Test CA", validity: .seconds(3600), now: Date())
        let identity = EnvoyIdentity()
        let binaries = AgentBinaries(directory: directory, version: "0.0.0")
        let enrollment = EnrollmentRoutes(
            enrollment: Enrollment(
                store: store,
                authority: authority,
                settings: EnrollmentSettings(
                    trusted: [],
                    certificateValidity: .seconds(3600),
                    checkInInterval: .seconds(300),
                    allowedPorts: [22],
                    agentAddress: "127.0.0.1:1530",
                    serverIdentityKey: identity.publicKey
                ),
                registry: registry,
                refusals: refusals,
                logger: Self.quiet
            ),
            binaries: binaries,
            script: BootstrapScript(publicURL: PublicURL("https://127.0.0.1:8443")!, authority: nil)
        )
        epoch = try await SecretsEpoch(store: store, logger: Self.quiet)
        let passwords = BasicAuthProvider(
            store: store,
            passwords: WebPasswords(
                vault: PatientVault(vault, sleep: { if $0 > .seconds(1) { try await Task.sleep(for: $0) } })
            ),
            epoch: epoch,
            refusals: refusals,
            logger: Self.quiet,
            answerAfter: .zero
        )
        logins = Logins(
            settings: configuration.web,
            store: store,
            passwords: passwords,
            epoch: epoch,
            credentials: credentials,
            logger: Self.quiet
        )
        web = WebSignIn(
            passwords: passwords,
            logins: logins,
            csrf: CSRFGuard(origin: SameOrigin(publicURL: Self.origin))
        )
        watch = VaultWatch(vault, epoch: epoch, store: store, logger: Self.quiet) {}
        let authenticator = Authenticator(
            store: store,
            web: web,
            failures: SourceLimiter(limit: 5),
            ownUID: nil
        )
        let rooms = ServerRoutes(
            configuration: configuration,
            store: store,
            registry: registry,
            catalog: catalog,
            sessions: sessions,
            recordings: recordings,
            search: Server.recordingSearch(store, recordings),
            credentials: credentials,
            authenticator: authenticator,
            tickets: tickets,
            challenges: KeyChallenges(),
            refusals: refusals,
            web: web,
            vault: MemoryVault(["app/database": "hunter2"]),
            vaultWatch: watch,
            epoch: epoch,
            enrollment: enrollment,
            updates: AgentUpdates(binaries: binaries, registry: registry),
            logger: Self.quiet
        )
        admission = rooms.admission
        routes = rooms.all
        let router = APIRouter(
            routes: routes,
            authenticator: authenticator,
            clientAddress: ClientAddress(trustedProxies: []),
            refusals: refusals,
            logger: Self.quiet
        )
        application = Application(router: router.makeRouter(), logger: Self.quiet)
        tokens = try await Self.users(in: store)
        envoy = try await Self.envoy(in: store)
    }

    /// Lets a hostname enroll.
    func approve(_ pattern: String) async throws {
        try await store.addApprovedPattern(ApprovedPatternRecord(pattern: pattern, createdAt: Date()), audit: [])
    }

    /// Connects the envoy, and puts a newer agent for it where the server keeps them.
    func offerAgent() throws {
        registry.register(AgentStream(envoy: envoy))
        for (suffix, text) in ["": "agent", ".version": "9.0.0\n", ".sig": "c2ln\n"] {
            try Data(text.utf8).write(to: URL(filePath: "\(directory)/vigo-linux-x86_64\(suffix)"))
        }
    }

    /// How much there is of everything that a request can make.
    func counts() async throws -> [Int] {
        [
            try await store.users().count, try await store.apiTokens().count, try await store.enrollmentTokens().count,
            try await store.approvedPatterns().count, try await store.envoys().count,
            try await store.sessions(openOnly: false).count, sessions.count,
        ]
    }

    func remove() async {
        await sessions.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    func test<Value>(_ body: @Sendable @escaping (APIClient) async throws -> Value) async throws -> Value {
        let value = try await application.test(.router) { client in
            try await body(APIClient(client: client, tokens: tokens))
        }
        await remove()
        return value
    }

    private static func catalog(_ directory: String) async throws -> PluginCatalog {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        try FileManager.default.copyItem(atPath: Built.plugin("Echo"), toPath: "\(directory)/echo.so")
        let catalog = PluginCatalog(directory: directory, workerPath: Built.worker, logger: quiet)
        await catalog.scan()
        return catalog
    }

    private static func users(in store: Store) async throws -> [UserRole: String] {
        var tokens: [UserRole: String] = [:]
        for role in UserRole.allCases {
            let user = UserRecord(id: UUID(), username: role.rawValue, role: role.stored, createdAt: Date())
            try await store.createUser(user, audit: [])
            let token = RandomToken.make(.api)
            let record = APITokenRecord(
                id: token.id,
                user: user.id,
                name: "test",
                hash: TokenHash.sha256(token.secret),
                createdAt: Date()
            )
            try await store.createAPIToken(record, audit: [])
            tokens[role] = token.text
        }
        return tokens
    }

    private static func envoy(in store: Store) async throws -> UUID {
        let envoy = EnvoyRecord(
            id: UUID(),
            hostname: "web3",
            os: "linux",
            arch: "x86_64",
            identityKey: Data(EnvoyIdentity().publicKey),
            enrolledAt: Date(),
            lastSeen: Date(),
            status: .active
        )
        try await store.enroll(envoy, audit: [])
        return envoy.id
    }
}
