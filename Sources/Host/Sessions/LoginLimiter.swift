import Foundation
import NIOCore
import Synchronization

/// How many sessions of one envoy may be logging in at once: a stock sshd drops logins beyond MaxStartups 10, so that
/// the rest wait their turn here.
final class LoginLimiter: Sendable {
    static let concurrentLogins = 8

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var inProgress: [UUID: Int] = [:]
        var waiting: [UUID: [Waiter]] = [:]
        var nextID: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int = LoginLimiter.concurrentLogins) {
        self.limit = limit
    }

    /// A place among the logins of an envoy; whoever has it gives it back by `LoginPlace.leave()`.
    func enter(_ envoy: UUID) async throws -> LoginPlace {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let decided: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard state.inProgress[envoy, default: 0] >= limit else {
                        state.inProgress[envoy, default: 0] += 1
                        return .success(())
                    }
                    state.waiting[envoy, default: []].append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let decided { continuation.resume(with: decided) }
            }
        } onCancel: {
            cancel(id, of: envoy)
        }
        return LoginPlace { [self] in leave(envoy) }
    }

    private func cancel(_ id: UInt64, of envoy: UUID) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiting[envoy]?.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting[envoy]?.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    private func leave(_ envoy: UUID) {
        let next = state.withLock { state -> Waiter? in
            if state.waiting[envoy]?.isEmpty == false { return state.waiting[envoy]?.removeFirst() }
            state.waiting[envoy] = nil
            state.inProgress[envoy, default: 1] -= 1
            if state.inProgress[envoy] == 0 { state.inProgress[envoy] = nil }
            return nil
        }
        next?.continuation.resume()
    }
}

/// One login in progress. Given back once, however often it is left.
final class LoginPlace: Sendable {
    private let onLeave: Mutex<(@Sendable () -> Void)?>

    init(onLeave: @escaping @Sendable () -> Void) {
        self.onLeave = Mutex(onLeave)
    }

    deinit { leave() }

    func leave() {
        let action = onLeave.withLock { action in
            defer { action = nil }
            return action
        }
        action?()
    }
}
