import Foundation
import Wire

/// An envoy as the pages show it.
struct EnvoyRow {
    enum Status: String, CaseIterable {
        case pending
        case connected
        case offline
        case revoked

        var label: String {
            switch self {
            case .pending: "Waiting for approval"
            case .connected: "Connected"
            case .offline: "Offline"
            case .revoked: "Revoked"
            }
        }

        /// Who waits for somebody comes first; what is gone comes last.
        var rank: Int {
            switch self {
            case .pending: 0
            case .connected, .offline: 1
            case .revoked: 2
            }
        }
    }

    let id: String
    let hostname: String
    let address: String
    let platform: String
    let version: String
    let status: Status
    let statusName: String
    let statusLabel: String
    let isConnected: Bool
    let seen: Moment?
    let sessions: Int
    let hasSessions: Bool
    /// None where nothing can be opened.
    let links: [OpenLink]
    let isPending: Bool
    /// In lower case.
    let searched: String

    init(_ envoy: EnvoySummary, sessions: Int, links: [OpenLink]) {
        id = envoy.id.lowercased
        hostname = envoy.hostname
        address = envoy.address ?? ""
        platform = [envoy.os, envoy.arch].compactMap { $0 }.joined(separator: " ")
        version = envoy.agentVersion ?? ""
        status =
            switch envoy.status {
            case .active: envoy.connected ? .connected : .offline
            case .pending: .pending
            case .revoked: .revoked
            }
        statusName = status.rawValue
        statusLabel = status.label
        // A connection that stands says more than the last check-in.
        isConnected = envoy.connected
        seen = envoy.lastSeen.map { Moment($0) }
        self.sessions = sessions
        hasSessions = sessions > 0
        self.links = status == .connected ? links.map { $0.on(envoy.id.lowercased) } : []
        isPending = status == .pending
        searched = [hostname, address, platform, id, status.label].joined(separator: " ").lowercased()
    }
}
