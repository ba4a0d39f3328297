import ArgumentParser
import Operator
import Wire

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How the server is doing.")

    @OptionGroup var output: OutputOptions

    mutating func run() async throws {
        let status = try await Server.api().request(.GET, "/api/v1/status", as: ServerStatus.self)
        try output.print(
            status,
            fields: [
                ("version", Shown.text(status.version)), ("started", Shown.date(status.startedAt)),
                ("envoys", "\(status.envoysActive) active, \(status.envoysConnected) connected"),
                ("sessions", "\(status.sessionsOpen) of at most \(status.maxSessions)"),
                ("plugins", "\(status.plugins)"), ("confinement", Shown.text(status.confinement)),
                ("audit records", status.auditRecords.map { "\($0)" } ?? "–"),
            ]
        )
    }
}

struct WhoAmICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Who the server takes you for."
    )

    @OptionGroup var output: OutputOptions

    mutating func run() async throws {
        let caller = try await Server.api().request(.GET, "/api/v1/whoami", as: WhoAmI.self)
        try output.print(
            caller,
            fields: [
                ("username", Shown.text(caller.username)), ("role", caller.role.rawValue),
                ("via", Shown.text(caller.via)),
            ]
        )
    }
}
