import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Tells those who rely on a credential when it is good no more: what was opened by an API token must not outlive it, nor
/// a login that somebody ended.
final class CredentialWatch: Sendable {
    /// Until `cancel`, or until the credential has ended.
    final class Registration: Sendable {
        fileprivate let onEnd: @Sendable (CredentialEnd) -> Void
        fileprivate let timer = Mutex<Scheduled<Void>?>(nil)
        private let remove: @Sendable (Registration) -> Void

        fileprivate init(
            onEnd: @escaping @Sendable (CredentialEnd) -> Void,
            remove: @escaping @Sendable (Registration) -> Void
        ) {
            self.onEnd = onEnd
            self.remove = remove
        }

        func cancel() {
            timer.withLock { $0?.cancel() }
            remove(self)
        }
    }

    private let registrations = Mutex<[String: [Registration]]>([:])

    /// - Parameter credential: a caller's ``Caller/credential``.
    func add(
        _ credential: String,
        until expires: Date?,
        onEnd: @escaping @Sendable (CredentialEnd) -> Void
    ) -> Registration {
        let registration = Registration(onEnd: onEnd) { [weak self] in self?.remove($0, of: credential) }
        registrations.withLock { $0[credential, default: []].append(registration) }
        guard let expires else { return registration }
        let milliseconds = Int64(max(0, expires.timeIntervalSinceNow * 1000))
        let timer = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: .milliseconds(milliseconds)) {
            registration.cancel()
            onEnd(.expired)
        }
        registration.timer.withLock { $0 = timer }
        return registration
    }

    func revoked(_ credential: String, by actor: String) { end(credential, .revoked(by: actor)) }

    func end(_ credential: String, _ why: CredentialEnd) {
        let ended = registrations.withLock { $0.removeValue(forKey: credential) } ?? []
        for registration in ended {
            registration.cancel()
            registration.onEnd(why)
        }
    }

    var count: Int { registrations.withLock { $0.reduce(0) { $0 + $1.value.count } } }

    private func remove(_ registration: Registration, of credential: String) {
        registrations.withLock { registrations in
            registrations[credential]?.removeAll { $0 === registration }
            if registrations[credential]?.isEmpty == true { registrations[credential] = nil }
        }
    }
}
