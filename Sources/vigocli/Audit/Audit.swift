import ArgumentParser

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The log of who did what; its records are chained by hash.",
        subcommands: [AuditExport.self, AuditVerify.self]
    )
}
