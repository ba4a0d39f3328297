import ArgumentParser
import Operator

struct ApprovedRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a pattern back; who enrolled by it stays."
    )

    @Argument(help: "The pattern, from “vigocli approved list”.")
    var pattern: String

    func run() async throws {
        try await APIClient.current().perform(.DELETE, "/api/v1/approved/\(URLPath.segment(pattern))")
        print("Hosts named \(Shown.text(pattern)) may not enroll by it any more.")
    }
}
