import ArgumentParser
import Operator
import Wire

struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the chain of the audit log, and name the first record that was changed.",
        discussion: """
            Without --file the server checks its own log. With it, an exported log is checked here, and no server is asked. \
            Exits with 1 when a record is not as it was written.

            EXAMPLES
              vigocli audit verify
              vigocli audit verify --file audit.jsonl
            """
    )

    @Option(help: ArgumentHelp("An exported log; - is stdin.", valueName: "path"), completion: .file())
    var file: String?

    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let answer: AuditVerification
        if let file {
            answer = try AuditChain.verify(file: file)
        } else {
            answer = try await APIClient.current().request(.GET, "/api/v1/audit/verify")
        }
        switch (listing.output, answer.valid) {
        case (.json, _): print(try Shown.json(answer))
        case (.table, true):
            let records = answer.records == 1 ? "1 record" : "\(answer.records) records"
            print("The audit log is whole: \(records), the last with the hash \(Shown.text(answer.headHash)).")
        case (.table, false):
            print("The audit log is broken: \(Shown.text(answer.problem)).")
        }
        if !answer.valid { throw ExitCode.failure }
    }
}
