import Foundation
import Store

/// A session as the pages show it.
struct SessionRow {
    let id: String
    let envoy: String
    let hostname: String
    let protocolName: String
    let user: String
    let login: String?
    let state: String
    let stateLabel: String
    let isOver: Bool
    let began: Moment
    let ended: Moment?
    let lasted: String
    let reason: String
    let address: String?
    let traffic: String
    /// Its own operator gets back to it.
    let resumePath: String?
    let watchPath: String?
    let mayEnd: Bool
    let recordingPath: String?

    init(_ row: ScrierSessionRecord, live: SessionRegistry, visitor: Visitor, now: Date = Date()) {
        id = row.id.lowercased
        envoy = row.envoy.lowercased
        hostname = row.hostname
        protocolName = row.protocolName
        user = row.user
        login = row.login
        let session = live.session(row.id)
        let known = session?.lifecycle.state.rawValue ?? row.state.rawValue
        state = known
        isOver = known == "closed" || known == "failed"
        stateLabel =
            switch known {
            case "waiting": "Waiting for the envoy"
            case "connecting": "Connecting"
            case "ready": "Live"
            case "closed": "Ended"
            default: "Failed"
            }
        began = Moment(row.createdAt, now: now)
        let endedAt = row.endedAt ?? session?.ended?.at
        ended = endedAt.map { Moment($0, now: now) }
        lasted = Moment.duration((endedAt ?? now).timeIntervalSince(row.createdAt))
        reason = row.reason ?? session?.ended?.how.reason ?? ""
        address = row.clientAddress
        traffic = row.endedAt == nil ? "" : "\(ByteCount.text(row.bytesOut)) out, \(ByteCount.text(row.bytesIn)) in"
        let isOwn = visitor.caller.name == row.user
        resumePath =
            visitor.isAdmin && isOwn && !isOver ? "/scrier/\(envoy)?protocol=\(protocolName)&session=\(id)" : nil
        watchPath = visitor.isAdmin && !isOwn && known == "ready" ? "/sessions/\(id)/watch" : nil
        mayEnd = visitor.isAdmin && !isOver
        recordingPath =
            visitor.mayPlay && (row.recordingState == .finished || row.recordingState == .cutShort)
            ? "/recordings/\(id)" : nil
    }
}
