import ArgumentParser
import Operator
import Wire

struct Approved: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hostnames that may enroll without a token.",
        subcommands: [List.self, Add.self, Remove.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the approved hostnames.")

        @OptionGroup var output: OutputOptions

        mutating func run() async throws {
            let items = try await Server.api().request(.GET, "/api/v1/approved", as: Items<ApprovedPatternSummary>.self)
                .items
            try output.print(items, ["PATTERN", "CREATED", "BY"]) {
                [Shown.text($0.pattern), Shown.date($0.createdAt), Shown.text($0.createdBy)]
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Approve hostnames.")

        @Argument(help: "A hostname, or a pattern such as web-*.")
        var pattern: String

        mutating func run() async throws {
            try await Server.api().perform(.POST, "/api/v1/approved", body: ApprovedPatternCreate(pattern: pattern))
            print("\(pattern) is approved")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Approve them no more.")

        @Argument(help: "The pattern as it is listed.")
        var pattern: String

        mutating func run() async throws {
            try await Server.api().perform(.DELETE, "/api/v1/approved/\(Server.escape(pattern))")
            print("\(pattern) is no longer approved")
        }
    }
}
