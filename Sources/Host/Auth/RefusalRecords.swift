import Foundation
import NIOCore
import Store
import Synchronization

/// Writes refusals into the audit log, which keeps everything for ever and must not be filled by those who are refused: so many
/// of one source and so many in all in a window. The rest is counted, and one record a window tells of it.
package final class RefusalRecords: Sendable {
    struct Limits: Sendable {
        var perSource: Int
        var overall: Int
        var window = TimeAmount.minutes(10)

        /// Of an address. Anybody can cause these.
        static let strangers = Limits(perSource: 10, overall: 60)
        /// Of a user, who has no more than one name. Apart from those of strangers, whose noise would hide them.
        static let users = Limits(perSource: 30, overall: 300)
    }

    private struct Window {
        let began: NIODeadline
        let beganAt = Date()
        var written: [String: Int] = [:]
        var total = 0
        var leftOut: [AuditAction: Int] = [:]
        var sources: Set<String> = []
        var isTimed = false
    }

    private static let countedSources = 1000

    private let store: Store
    private let limits: Limits
    private let subject: String
    private let window = Mutex<Window?>(nil)

    /// - Parameter subject: whose refusals these are, in the record of those that were left out.
    init(store: Store, limits: Limits, subject: String) {
        self.store = store
        self.limits = limits
        self.subject = subject
    }

    func record(_ event: AuditEvent, from source: String, at now: NIODeadline = .now()) async throws {
        let (over, isWritten) = window.withLock { window in
            let over = turn(&window, at: now)
            let isWritten = window!.total < limits.overall && window!.written[source, default: 0] < limits.perSource
            if isWritten {
                window!.total += 1
                window!.written[source, default: 0] += 1
            } else {
                leaveOut(event.action, source, &window!)
            }
            return (over, isWritten)
        }
        try await write(over, isWritten ? [event] : [])
    }

    /// What is refused without being looked at.
    func count(_ action: AuditAction, from source: String, at now: NIODeadline = .now()) async throws {
        let over = window.withLock { window in
            let over = turn(&window, at: now)
            leaveOut(action, source, &window!)
            return over
        }
        try await write(over, [])
    }

    /// Writes down what has been left out by now.
    func flush() async throws {
        try await write(window.withLock { $0.take() }, [])
    }

    /// The window that has ended, if one has.
    private func turn(_ window: inout Window?, at now: NIODeadline) -> Window? {
        if let current = window, now - current.began < limits.window { return nil }
        defer { window = Window(began: now) }
        return window
    }

    private func leaveOut(_ action: AuditAction, _ source: String, _ window: inout Window) {
        window.leftOut[action, default: 0] += 1
        if window.sources.count < Self.countedSources { window.sources.insert(source) }
        guard !window.isTimed else { return }
        window.isTimed = true
        Task { [weak self, limits] in
            try? await Task.sleep(for: .nanoseconds(limits.window.nanoseconds))
            try? await self?.flush()
        }
    }

    private func write(_ over: Window?, _ events: [AuditEvent]) async throws {
        let summary = over.flatMap(summary)
        guard summary != nil || !events.isEmpty else { return }
        do {
            try await store.append([summary].compactMap(\.self) + events)
        } catch {
            guard let over else { throw error }
            // Told of together with the next ones.
            window.withLock { window in
                if window == nil { window = Window(began: over.began) }
                window!.leftOut.merge(over.leftOut) { $0 + $1 }
                window!.sources.formUnion(over.sources)
            }
            throw error
        }
    }

    private func summary(of window: Window) -> AuditEvent? {
        guard !window.leftOut.isEmpty else { return nil }
        var details = Dictionary(uniqueKeysWithValues: window.leftOut.map { ($0.key.rawValue, "\($0.value)") })
        details["sources"] = "\(window.sources.count)" + (window.sources.count < Self.countedSources ? "" : " or more")
        details["since"] = window.beganAt.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return AuditEvent(.refusalsLeftOut, actor: "vigosrv", subject: subject, details: details)
    }
}
