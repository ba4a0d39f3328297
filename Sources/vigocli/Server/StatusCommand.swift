import ArgumentParser
import Operator
import Wire

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the server is.",
        discussion: "Exits with 0 when the server answers."
    )

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let status: ServerStatus = try await APIClient.current().request(.GET, "/api/v1/status")
        try listing.show(
            status,
            [
                ("Version", Shown.text(status.version)),
                ("Started", Shown.date(status.startedAt)),
                ("Envoys", "\(status.envoysActive) active, \(status.envoysConnected) connected"),
                ("Sessions", "\(status.sessionsOpen) of at most \(status.maxSessions)"),
                ("Plugins", "\(status.plugins)"),
                ("Confinement", Shown.text(status.confinement)),
                ("Vault", Self.sentence(status.vault)),
                ("Audit log", status.auditRecords.map { $0 == 1 ? "1 record" : "\($0) records" } ?? "–"),
            ]
        )
    }

    private static func sentence(_ vault: VaultSummary?) -> String {
        guard let vault else { return Shown.nothing }
        guard vault.backend != "none" else { return "none" }
        let name = "\(Shown.text(vault.state)) (\(Shown.text(vault.backend)))"
        return vault.explanation.map { "\(name): \(Shown.text($0))" } ?? name
    }
}
