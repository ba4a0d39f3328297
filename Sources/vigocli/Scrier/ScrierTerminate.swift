import ArgumentParser
import Operator
import Wire

struct ScrierTerminate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate",
        abstract: "End a session, whoever opened it.",
        discussion: """
            EXAMPLES
              vigocli scrier terminate 63dfa092-5262-44ac-b04b-1533c709ab42
            """
    )

    @Argument(help: "The session's id, from “vigocli scrier sessions”.")
    var id: String

    func run() async throws {
        try await APIClient.current().perform(.DELETE, "/api/v1/scrier/sessions/\(URLPath.segment(id))")
        print("Session \(Shown.id(id)) is ended.")
    }
}
