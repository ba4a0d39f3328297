import Foundation
import Glibc
import NIOCore
import Testing
import Trust
import Wire
import WorkerProtocol

@testable import Broker
@testable import Host

/// A session whose worker does as it is told, and a listener on a Unix socket in front of it.
struct AttachedSession {
    let world: APIWorld
    let listener: APIListener
    let session: Session
    let worker: FakeWorker
    let path: String
    let target: Target

    func socket() throws -> RawSocket { try RawSocket(path: path) }
    var uri: String { "/ws/scrier/\(session.id.lowercased)" }

    func stop() async {
        await listener.stop()
        await world.remove()
        unlink(path)
    }

    /// A ready session of whoever runs this test, with a listener on a Unix socket in front of it. It is the user admin's too, unless it
    /// is root's alone.
    static func make(limits: APILimits? = nil, ofRoot: Bool = false) async throws -> AttachedSession {
        let target = try await Target()
        let world = try await APIWorld(tunnels: FakeTunnels(.reach(target.address)))
        let me = PeerCredentials(uid: getuid(), pid: getpid()).actorName()
        let plan = SessionPlan(
            id: UUID(),
            envoy: world.envoy,
            hostname: "web3",
            plugin: PluginDescriptor(id: "echo", label: "Echo", roles: [.terminal]),
            port: 22,
            actor: me,
            user: ofRoot ? nil : try await world.store.user(named: "admin")?.id,
            clientAddress: "local",
            parameters: [:],
            columns: 80,
            rows: 24,
            askedAt: Date()
        )
        let path = "/tmp/vigo-\(UUID().uuidString.prefix(8)).sock"
        let authenticator = Authenticator(store: world.store, web: world.web, ownUID: getuid())
        let address = ClientAddress(trustedProxies: [])
        let router = APIRouter(
            routes: world.routes,
            authenticator: authenticator,
            clientAddress: address,
            refusals: world.refusals,
            logger: APIWorld.quiet
        )
        let gate = SessionSocketRoute(
            authenticator: authenticator,
            clientAddress: address,
            sessions: world.sessions,
            tickets: world.tickets,
            credentials: world.credentials,
            refusals: world.refusals,
            store: world.store
        ).gate
        let listener = try await APIListener.start(
            .unixDomainSocket(path: path),
            named: path,
            tls: nil,
            router: router.makeRouter(),
            gate: gate,
            limits: limits,
            logger: APIWorld.quiet
        )
        let session = try await world.sessions.open(plan)
        try #require(await eventually { world.workers.worker?.told.started != nil })
        let worker = try #require(world.workers.worker)
        worker.say(.ready)
        return AttachedSession(
            world: world,
            listener: listener,
            session: session,
            worker: worker,
            path: path,
            target: target
        )
    }
}
