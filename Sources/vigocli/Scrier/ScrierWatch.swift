import ArgumentParser
import Operator
import Wire

struct ScrierWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Look on at an open session.",
        discussion: """
            You see the screen as it is and what follows, and type for nobody. The operator sees that you are there, and the audit \
            log has when you came and left. q ends.

            EXAMPLES
              vigocli scrier watch 63dfa092-5262-44ac-b04b-1533c709ab42
            """
    )

    @Argument(help: "The session's id, from “vigocli scrier sessions”.")
    var id: String

    func run() async throws {
        let api = try APIClient.current()
        let path = "/api/v1/scrier/sessions/\(URLPath.segment(id))"
        let session: SessionSummary = try await api.request(.GET, path)
        let watching: SessionWatching = try await api.request(.POST, "\(path)/watch")
        Notice.print(
            "watching \(session.user)’s session on \(session.hostname), who is told so; you cannot type, q ends"
        )
        switch try await WatchingTerminal(api).run(path: watching.websocket) {
        case .left: break
        case .ended(let end): Notice.print("the session is over: \(end.reason)")
        case .lost(let reason): throw OperatorError(reason)
        }
    }
}
