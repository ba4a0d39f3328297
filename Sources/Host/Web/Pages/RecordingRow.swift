import Foundation
import Wire

/// A recording as the pages show it.
struct RecordingRow {
    struct Match {
        let time: String
        let text: String
        let path: String
    }

    let id: String
    let user: String
    let hostname: String
    let protocolName: String
    let login: String?
    let began: Moment
    let lasted: String
    let size: String
    let state: String
    let stateLabel: String
    let isPlayable: Bool
    let mayDelete: Bool
    /// Why there is nothing to play.
    let why: String
    let path: String
    let matches: [Match]
    let hasMatches: Bool

    init(_ recording: RecordingSummary, query: String?, visitor: Visitor) {
        id = recording.sessionID.lowercased
        user = recording.user
        hostname = recording.hostname
        protocolName = recording.protocolName
        login = recording.login
        began = Moment(recording.startedAt)
        lasted = recording.duration.map(Moment.duration) ?? ""
        size = recording.bytes.map(ByteCount.text) ?? ""
        state = recording.state.rawValue
        (stateLabel, why) =
            switch recording.state {
            case .recording: ("Being recorded", "")
            case .finished: ("Kept", "")
            case .cutShort: ("Cut short", "")
            case .deleted: ("Deleted", "The recording was deleted; the audit log says when and by whom.")
            case .bypassed: ("Not recorded", "The session was opened without a recording; the audit log says why.")
            }
        isPlayable = recording.state != .deleted && recording.state != .bypassed
        mayDelete = visitor.isAdmin && (recording.state == .finished || recording.state == .cutShort)
        let base = "/recordings/\(recording.sessionID.lowercased)"
        path = Self.path(base, query, at: nil)
        matches = (recording.matches ?? []).map {
            Match(time: Self.clock($0.time), text: $0.text, path: Self.path(base, query, at: $0.time))
        }
        hasMatches = !matches.isEmpty
    }

    private static func path(_ base: String, _ query: String?, at time: Double?) -> String {
        var address = URLComponents()
        address.path = base
        let items = [("q", query), ("t", time.map { "\($0)" })].compactMap { name, value in
            value.map { URLQueryItem(name: name, value: $0) }
        }
        if !items.isEmpty { address.queryItems = items }
        // In a query a plus is a blank.
        address.percentEncodedQuery = address.percentEncodedQuery?.replacing("+", with: "%2B")
        return address.string ?? base
    }

    /// `1:04:09`, or `4:09`.
    static func clock(_ seconds: Double) -> String {
        let whole = max(0, Int(seconds))
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}
