import ArgumentParser
import Glibc
import Operator
import Wire

struct ScrierAttach: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Come back to an open session of yours, from this terminal.",
        discussion: """
            The screen is painted as it is; the terminal that was attached before, if there is one, is told that this one has \
            taken the session over. Exit codes are those of “scrier ssh”.

            EXAMPLES
              vigocli scrier attach 63dfa092-5262-44ac-b04b-1533c709ab42
            """
    )

    @Argument(help: "The session's id, from “vigocli scrier sessions”.")
    var id: String

    func run() async throws {
        let api = try APIClient.current()
        let session: SessionSummary = try await api.request(.GET, "/api/v1/scrier/sessions/\(URLPath.segment(id))")
        guard !session.state.isOver else {
            throw OperatorError("the session is over: \(session.reason ?? session.state.rawValue)", code: "over")
        }
        Glibc.exit(try await ScrierShell(api, timeout: WaitTime.standard.amount, agent: nil).attach(to: session.id))
    }
}
