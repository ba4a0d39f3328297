import ArgumentParser
import Glibc
import Operator
import Wire

struct SecretsStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the vault is.",
        discussion: "Exits with 1 unless the vault is unlocked, and open."
    )

    @OptionGroup var vault: VaultOptions
    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let lock = try vault.beginWithKey()
        var overview = try VaultOverview(lock, now: Int64(time(nil)))
        if overview.gate == .open {
            try lock.requireOpen()
            (overview.server, overview.vault) = try await VaultFinder(lock.places).report()
        }
        try listing.show(
            overview,
            [
                ("Directory", Shown.text(overview.directory)),
                ("Passphrase", Self.gate(overview)),
            ] + Self.key(overview) + [
                (
                    "Opened by",
                    overview.vault == nil
                        ? Shown.nothing : overview.server.map { "the server at \(Shown.text($0))" } ?? "this command"
                ),
                ("Backend", Shown.text(overview.vault?.backend)),
                ("State", overview.vault.map(Self.state) ?? Shown.nothing),
                ("Epoch", overview.vault.map { "\($0.epoch)" } ?? Shown.nothing),
            ]
        )
        if overview.vault?.state != "open" { throw ExitCode.failure }
    }

    /// Sealed files have a master key, another backend has credentials.
    private static func key(_ overview: VaultOverview) -> [(String, String)] {
        guard let hasMasterKey = overview.hasMasterKey else {
            return [("Credentials", overview.hasCredentials == true ? "there" : "missing")]
        }
        let rotation = overview.rotation.map { $0 == "idle" ? "none under way" : "interrupted: \($0)" }
        return [
            ("Master key", hasMasterKey ? "there" : "missing"),
            ("Key rotation", rotation ?? "the key files make no sense"),
        ]
    }

    private static func gate(_ overview: VaultOverview) -> String {
        switch overview.gate {
        case .open: "unlocked until \(Shown.date(overview.gateCloses))"
        case .locked: "locked: run “vigocli secrets unlock”"
        case .notSetUp: "not set: run “vigocli secrets init”"
        }
    }

    private static func state(_ report: SecretsReport) -> String {
        report.explanation.map { "\(Shown.text(report.state)): \(Shown.text($0))" } ?? Shown.text(report.state)
    }
}
