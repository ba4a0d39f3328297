import Foundation
import HTTPTypes
import Logging
import NIOCore
import Store
import Synchronization
import Trust
import Wire

/// Who is signed in with a browser: in memory, so that a server that starts anew knows nobody.
final class Logins: Sendable {
    private struct State {
        var table: LoginTable
        /// WebSockets that were opened by a login.
        var channels: [String: Set<ObjectIdentifier>] = [:]
    }

    private let store: Store
    private let passwords: BasicAuthProvider
    private let epoch: SecretsEpoch
    private let credentials: CredentialWatch
    private let logger: Logger
    private let state: Mutex<State>

    init(
        settings: ServerConfiguration.Web,
        store: Store,
        passwords: BasicAuthProvider,
        epoch: SecretsEpoch,
        credentials: CredentialWatch,
        logger: Logger
    ) {
        self.store = store
        self.passwords = passwords
        self.epoch = epoch
        self.credentials = credentials
        self.logger = logger
        state = Mutex(
            State(
                table: LoginTable(
                    idle: TimeInterval(settings.sessionIdle.components.seconds),
                    lifetime: TimeInterval(settings.sessionLifetime.components.seconds)
                )
            )
        )
        epoch.onGrowth { [weak self] cause, _ in await self?.secretsChanged(cause) }
    }

    var lifetime: TimeInterval { state.withLock { $0.table.lifetime } }

    /// A new login with a new cookie, whatever the browser brought; what it brought is over.
    func begin(
        _ proof: BasicAuthProvider.Proof,
        replacing old: RandomToken?,
        from address: String,
        client: String?,
        at now: Date = Date()
    ) async throws -> (cookie: RandomToken, login: Login) {
        let cookie = RandomToken.make(.login)
        let login = Login(
            id: cookie.id,
            hash: TokenHash.sha256(cookie.secret),
            user: proof.user.id,
            username: proof.user.username,
            role: proof.user.role.wire,
            address: address,
            client: client.map { String(AgentSentence.cleaned($0).prefix(200)) },
            createdAt: now,
            lastUsed: now,
            mark: proof.mark,
            epoch: proof.epoch
        )
        let event = AuditEvent(
            .loginSucceeded,
            actor: login.username,
            subject: login.id,
            details: ["address": address, "role": login.role.rawValue]
        )
        // Nobody gets in without a record.
        try await store.append([event])
        let ended = state.withLock { state in
            let known = old.flatMap { state.table.find($0, at: now) }
            return (known.map { state.table.end($0.id, .replaced) } ?? []) + state.table.insert(login)
        }
        await finish(ended)
        return (cookie, login)
    }

    /// Whose request it is: the login is open, its user still there and in the same role, and the password unchanged.
    func find(_ cookie: RandomToken, countsAsUse: Bool = true, at now: Date = Date()) async throws -> Login? {
        guard let login = state.withLock({ $0.table.find(cookie, at: now, countsAsUse: countsAsUse) }) else {
            return nil
        }
        guard let user = try await store.user(login.user) else { return await end(login.id, .userDeleted) }
        guard user.role.wire == login.role else { return await end(login.id, .roleChanged) }
        let current = epoch.current
        guard login.epoch < current else { return login }
        do {
            guard try await passwords.isUnchanged(login.mark, of: login.username) else {
                return await end(login.id, .passwordChanged)
            }
            state.withLock { $0.table.confirm(login.id, epoch: current) }
        } catch {
            // A vault that is away for a moment throws nobody out. It is asked again at the next request.
            logger.debug("a login's password could not be looked at again", metadata: ["error": "\(error)"])
        }
        return isOpen(login.id, at: now) ? login : nil
    }

    func isOpen(_ id: String, at now: Date = Date()) -> Bool { state.withLock { $0.table.isOpen(id, at: now) } }

    func open(at now: Date = Date()) -> [Login] { state.withLock { $0.table.open(at: now) } }

    /// Whether there was one that `isMeant` knows.
    func end(_ id: String, _ why: LoginEnd, where isMeant: (Login) -> Bool) async -> Bool {
        let ended = state.withLock { state in state.table.endAll(why) { $0.id == id && isMeant($0) } }
        await finish(ended)
        return !ended.isEmpty
    }

    @discardableResult
    func endAll(_ why: LoginEnd, where isMeant: (Login) -> Bool) async -> Int {
        let ended = state.withLock { $0.table.endAll(why, where: isMeant) }
        await finish(ended)
        return ended.count
    }

    /// Called every minute: what is over is written down. An open WebSocket is use.
    func sweep(at now: Date = Date()) async {
        let ended = state.withLock { state in
            for id in state.channels.keys { state.table.use(id, at: now) }
            return state.table.expire(at: now)
        }
        await finish(ended)
    }

    /// As long as the channel is open the login does not idle.
    func keep(_ id: String, by channel: any Channel) {
        let name = ObjectIdentifier(channel)
        _ = state.withLock { $0.channels[id, default: []].insert(name) }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { state in
                state.channels[id]?.remove(name)
                if state.channels[id]?.isEmpty == true { state.channels[id] = nil }
            }
        }
    }

    /// A password that was set here is a new one at once; of changes elsewhere each login finds out by itself.
    private func secretsChanged(_ cause: SecretsEpoch.Cause) async {
        switch cause {
        case .set(let key), .deleted(let key):
            guard let username = WebPasswordKey.username(key) else { return }
            await endAll(.passwordChanged) { $0.username == username }
            credentials.end(Caller.credential(passwordOf: username), .loginEnded(LoginEnd.passwordChanged.sentence))
        case .backend, .load: break
        }
    }

    private func end(_ id: String, _ why: LoginEnd) async -> Login? {
        _ = await end(id, why) { _ in true }
        return nil
    }

    private func finish(_ ended: [LoginTable.Ended]) async {
        guard !ended.isEmpty else { return }
        for ended in ended where ended.why.takesSessions {
            credentials.end(ended.login.id, .loginEnded(ended.why.sentence))
        }
        let events = ended.map { ended in
            let actor = if case .ended(let actor) = ended.why { actor } else { ended.login.username }
            return AuditEvent(
                .loginEnded,
                actor: actor,
                subject: ended.login.id,
                details: ["user": ended.login.username, "why": ended.why.sentence]
            )
        }
        do { try await store.append(events) } catch {
            logger.error("the end of a login could not be recorded", metadata: ["error": "\(error)"])
        }
    }
}
