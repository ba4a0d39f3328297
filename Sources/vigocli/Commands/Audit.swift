import ArgumentParser
import NIOCore
import Operator
import Wire

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The audit log, whose records are chained by hash.",
        subcommands: [Export.self, Verify.self]
    )

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print every record, one JSON object a line.")

        mutating func run() async throws {
            try await Server.api().stream("/api/v1/audit/export") { part in
                part.readableBytesView.withUnsafeBytes { Standard.output($0) }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the chain; names the first record that is not as it was written."
        )

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let result = try await Server.api().request(.GET, "/api/v1/audit/verify", as: AuditVerification.self)
            if output.format == .json {
                try output.print(result, fields: [])
            } else if result.valid {
                print("the audit log is whole: \(result.records) records, head \(Shown.text(result.headHash))")
            } else {
                Standard.error(
                    "vigocli: record \(result.firstBroken.map(String.init) ?? "?") of the audit log is broken: \(Shown.text(result.problem))"
                )
            }
            if !result.valid { throw ExitCode.failure }
        }
    }
}
