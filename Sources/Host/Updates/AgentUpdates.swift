package import Foundation
import Store
import Synchronization
import Wire

/// Newer agents for envoys: offered to one at a time by an administrator, handed out on port 1530, and what became of it.
///
/// The signature is for the agent to judge: this server has no key that could make one.
package final class AgentUpdates: Sendable {
    private let binaries: AgentBinaries?
    private let registry: AgentRegistry
    private let now: @Sendable () -> Date
    private struct Offer {
        var status: AgentUpdateStatus
        /// While the envoy may fetch it.
        var binary: AgentBinary?
        /// Its end has not been recorded yet.
        var isOpen: Bool
    }

    private let states = Mutex<[UUID: Offer]>([:])

    package init(
        binaries: AgentBinaries?,
        registry: AgentRegistry,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.binaries = binaries
        self.registry = registry
        self.now = now
    }

    func status(of envoy: UUID) -> AgentUpdateStatus? {
        states.withLock { $0[envoy]?.status }
    }

    /// Asks the envoy's agent to take the server's agent of its platform.
    func offer(to envoy: EnvoyRecord) async throws -> AgentUpdateStatus {
        guard let platform = envoy.os.flatMap({ os in envoy.arch.flatMap { AgentPlatform(os: os, arch: $0) } }) else {
            throw RouteRefusal(409, "unknown_platform", "\(envoy.hostname) has not said yet what system it is")
        }
        guard let binary = try await binaries?.binary(for: platform) else {
            throw RouteRefusal(409, "no_agent", "this server has no agent for \(platform)")
        }
        if let under = status(of: envoy.id), !under.state.isOver, now().timeIntervalSince(under.changedAt) < 600 {
            throw RouteRefusal(409, "under_way", "an update of \(envoy.hostname) to \(under.version) is under way")
        }
        var message = Vigo_Agent_V1_ServerMessage()
        message.update.version = binary.version
        message.update.os = platform.os
        message.update.arch = platform.arch
        message.update.size = UInt64(binary.size)
        message.update.sha256 = binary.sha256
        message.update.signature = binary.signature
        let status = AgentUpdateStatus(
            envoyID: envoy.id,
            hostname: envoy.hostname,
            state: .offered,
            version: binary.version,
            changedAt: now()
        )
        // Before the message: its answer may be quick.
        states.withLock { $0[envoy.id] = Offer(status: status, binary: binary, isOpen: true) }
        guard registry.send(message, to: envoy.id) else {
            states.withLock { $0[envoy.id] = nil }
            throw RouteRefusal(409, "not_connected", "\(envoy.hostname) is not connected")
        }
        return status
    }

    /// What the agent says of its update. Nothing that was not offered is believed to go on.
    func noted(_ progress: Vigo_Agent_V1_UpdateProgress, by envoy: EnvoyRecord) -> AgentUpdateStatus? {
        guard let state = Self.state(progress.state) else { return nil }
        let status = AgentUpdateStatus(
            envoyID: envoy.id,
            hostname: envoy.hostname,
            state: state,
            version: AgentSentence.cleaned(progress.version),
            reason: progress.reason.isEmpty ? nil : AgentSentence.cleaned(progress.reason),
            changedAt: now()
        )
        states.withLock { states in
            // Offered before this server was started: its end is news all the same.
            var offer = states[envoy.id] ?? Offer(status: status, binary: nil, isOpen: true)
            offer.status = status
            if state.isOver { offer.binary = nil }
            states[envoy.id] = offer
        }
        return status
    }

    /// Whether the end of this envoy's update is still to be recorded: once.
    func takeOpenOffer(of envoy: UUID) -> Bool {
        states.withLock { states in
            defer { states[envoy]?.isOpen = false }
            return states[envoy]?.isOpen ?? false
        }
    }

    /// The file that this envoy was offered, while it may fetch it.
    func binary(for envoy: UUID, sha256: String) -> AgentBinary? {
        states.withLock { $0[envoy]?.binary }.flatMap { $0.sha256 == sha256 ? $0 : nil }
    }

    private static func state(_ state: Vigo_Agent_V1_UpdateProgress.State) -> AgentUpdateStatus.State? {
        switch state {
        case .skipped: .skipped
        case .downloading: .downloading
        case .installed: .installed
        case .completed: .completed
        case .refused: .refused
        case .rolledBack: .rolledBack
        case .unspecified, .UNRECOGNIZED: nil
        }
    }
}
