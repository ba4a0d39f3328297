import Broker
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Store
import Trust
import Wire

@testable import Host

/// The console over a store in memory. Who looks is what a header says.
struct WebWorld {
    let store: Store
    let sessions: SessionRegistry
    let application: Application<RouterResponder<APIContext>>
    let envoy: UUID
    let look: WebLook
    let web: WebSignIn
    let visitors: KnownVisitors

    /// As they lie in the sources.
    static let files = WebFiles(
        readingFrom: URL(filePath: #filePath).appending(path: "../../../../Web").standardizedFileURL.path
    )!

    init(isStrictTransport: Bool = false, hostname: String = "web3") async throws {
        let lab = try EnrollmentLab()
        store = lab.store
        sessions = SessionRegistry(
            parts: SessionParts(
                tunnels: FakeTunnels(.hang),
                workers: FakeWorkers(),
                records: StoredSessions(store: store),
                logins: LoginLimiter(),
                credentials: CredentialWatch(),
                logger: APIWorld.quiet
            ),
            maxSessions: 10
        )
        let catalog = PluginCatalog(directory: "/nonexistent", workerPath: "/nonexistent", logger: APIWorld.quiet)
        web = try await Self.signIn(store)
        let authenticator = Authenticator(store: store, web: web, ownUID: nil)
        visitors = KnownVisitors(authenticator: authenticator, csrf: web.csrf)
        let sources = WebSources(
            store: store,
            enrollment: lab.routes,
            sessions: sessions,
            registry: lab.registry,
            catalog: catalog,
            logins: web.logins,
            recordings: Self.recordings(store),
            isRecording: false,
            publicURL: "https://vigo.example.com:8443",
            maxSessions: 10,
            attachGrace: .seconds(60)
        )
        look = try WebLook(Self.files, headers: WebHeaders(isStrictTransport: isStrictTransport))
        let refusals = AuditedRefusals(store: store)
        let router = APIRouter(
            routes: [],
            authenticator: authenticator,
            clientAddress: ClientAddress(trustedProxies: []),
            refusals: refusals,
            logger: APIWorld.quiet
        ).makeRouter()
        WebConsole(
            look: look,
            pages: sources.pages,
            visitors: HeaderVisitors(others: visitors),
            clientAddress: ClientAddress(trustedProxies: []),
            refusals: refusals,
            logger: APIWorld.quiet
        ).mount(on: router)
        application = Application(router: router, logger: APIWorld.quiet)
        let record = EnvoyRecord(
            id: UUID(),
            hostname: hostname,
            address: "192.0.2.7",
            identityKey: Data(EnvoyIdentity().publicKey),
            enrolledAt: Date(),
            lastSeen: Date(),
            status: .active
        )
        try await store.enroll(record, audit: [])
        envoy = record.id
    }

    private static func signIn(_ store: Store) async throws -> WebSignIn {
        let epoch = try await SecretsEpoch(store: store, logger: APIWorld.quiet)
        let passwords = BasicAuthProvider(
            store: store,
            passwords: WebPasswords(vault: PatientVault(FakeVault())),
            epoch: epoch,
            refusals: AuditedRefusals(store: store),
            logger: APIWorld.quiet
        )
        let logins = Logins(
            settings: ServerConfiguration.Web(),
            store: store,
            passwords: passwords,
            epoch: epoch,
            credentials: CredentialWatch(),
            logger: APIWorld.quiet
        )
        let csrf = CSRFGuard(origin: SameOrigin(publicURL: "https://vigo.example.com:8443"))
        return WebSignIn(passwords: passwords, logins: logins, csrf: csrf)
    }

    /// Somebody's browser that has signed in: its cookie.
    func cookie(_ role: UserRole, at now: Date = Date()) async throws -> (cookie: String, login: Login) {
        let user = UserRecord(id: UUID(), username: "cookie-\(role.rawValue)", role: role.stored, createdAt: now)
        try await store.createUser(user, audit: [])
        let mark = PasswordMark.Maker().mark(Secret("password"))
        let (token, login) = try await web.logins.begin(
            BasicAuthProvider.Proof(user: user, mark: mark, epoch: .max),
            replacing: nil,
            from: "192.0.2.1",
            client: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            at: now
        )
        return ("\(LoginCookie.name)=\(token.text)", login)
    }

    private static func recordings(_ store: Store) -> RecordingSearch {
        let recordings = Recordings(
            directory: "/nonexistent",
            settings: ServerConfiguration.Recording(),
            store: store,
            index: nil,
            logger: APIWorld.quiet
        )
        let routes = RecordingRoutes(store: store, recordings: recordings, viewings: RecordingViewings(store: store))
        return RecordingSearch(store: store, index: nil, recordings: routes)
    }

    struct Page: Sendable {
        let status: Int
        let body: String
        let headers: HTTPFields
    }

    /// - Parameter role: nil for somebody who has not signed in.
    func get(_ path: String, as role: UserRole? = .admin, headers: HTTPFields = [:]) async throws -> Page {
        var fields = headers
        fields[HeaderVisitors.field] = role?.rawValue
        if fields[.accept] == nil { fields[.accept] = "text/html" }
        return try await application.test(.router) { [fields] client in
            try await client.execute(uri: path, method: .get, headers: fields) { response in
                Page(
                    status: response.status.code,
                    body: String(buffer: response.body),
                    headers: response.headers
                )
            }
        }
    }
}

struct HeaderVisitors: WebConsole.VisitorFinder {
    static let field = HTTPField.Name("X-Test-Role")!

    let others: KnownVisitors

    func find(_ request: Request, from address: String) async throws -> WebConsole.VisitorAnswer {
        guard let role = request.headers[Self.field].flatMap(UserRole.init(rawValue:)) else {
            return try await others.find(request, from: address)
        }
        let caller = Caller(name: "some-\(role.rawValue)", role: role, user: nil, proof: .token)
        return .visitor(Visitor(caller: caller, csrf: "a-token"))
    }
}
