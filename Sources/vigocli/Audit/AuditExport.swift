import ArgumentParser
import Operator

struct AuditExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the audit log to stdout, one JSON object a line.",
        discussion: """
            EXAMPLES
              vigocli audit export > audit.jsonl
              vigocli audit export | jq -r 'select(.action == "scrier.connect") | .actor'
            """
    )

    func run() async throws {
        try await APIClient.current().stream("/api/v1/audit/export") { bytes in
            bytes.withUnsafeReadableBytes { _ = StandardOutput.write($0) }
        }
    }
}
