import ArgumentParser

extension Scrier {
    struct Terminate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a session, whoever opened it.")

        @Argument(help: "The session's id.")
        var session: String

        mutating func run() async throws {
            try await Server.api().perform(.DELETE, "/api/v1/scrier/sessions/\(Server.escape(session))")
            print("session \(session) ended")
        }
    }
}
