import ArgumentParser

struct Scrier: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open sessions on envoys, list and end them.",
        subcommands: [
            ScrierSSH.self, ScrierConnect.self, ScrierSessions.self, ScrierTerminate.self, ScrierAttach.self,
            ScrierWatch.self,
            Recordings.self,
        ]
    )
}
