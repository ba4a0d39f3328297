import ArgumentParser

struct Approved: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hostnames that may enroll without a token.",
        subcommands: [ApprovedAdd.self, ApprovedList.self, ApprovedRemove.self]
    )
}
