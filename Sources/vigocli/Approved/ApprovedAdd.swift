import ArgumentParser
import Operator
import Wire

struct ApprovedAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let every host enroll whose name matches.",
        discussion: """
            EXAMPLES
              vigocli approved add "*.prod.example.com"
            """
    )

    @Argument(help: "A hostname; * and ? stand for others.")
    var pattern: String

    func run() async throws {
        try await APIClient.current().perform(.POST, "/api/v1/approved", body: ApprovedPatternCreate(pattern: pattern))
        print("Hosts named \(Shown.text(pattern)) may enroll without a token.")
    }
}
