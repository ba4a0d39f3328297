import ArgumentParser
import Foundation
import Operator
import Wire

struct EnvoysRebootstrap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebootstrap",
        abstract: "Have an envoy's agent exchange itself for the version that the server hands out.",
        discussion: """
            The agent downloads it over its own connection, and takes it only when the release's signature is by the key \
            that it was built with and the version is newer. One that cannot check in goes back to the version before.
            """
    )

    @OptionGroup var envoy: EnvoyArgument

    @Flag(help: "End the envoy's open sessions; without it, an envoy with any is left alone.")
    var endSessions = false

    @Option(help: "How long to wait for the new version to check in.", transform: WaitTime.init(parsing:))
    var timeout = WaitTime.standardUpdate

    func run() async throws {
        let api = try APIClient.current()
        let request = RebootstrapRequest(endSessions: endSessions)
        var status: AgentUpdateStatus = try await api.request(.POST, envoy.path + "/rebootstrap", body: request)
        print("\(Shown.text(status.hostname)): version \(Shown.text(status.version)) offered")
        let deadline = ContinuousClock.now + .seconds(timeout.seconds)
        while !status.state.isOver {
            guard ContinuousClock.now < deadline else {
                throw OperatorError(
                    "\(Shown.text(status.hostname)) is still at “\(status.state.rawValue)” after \(timeout); "
                        + "see later: vigocli envoys show \(Shown.text(status.hostname))"
                )
            }
            try await Task.sleep(for: .milliseconds(300))
            let newer: AgentUpdateStatus = try await api.request(.GET, envoy.path + "/update")
            if newer.state != status.state { Self.tell(newer) }
            status = newer
        }
        switch status.state {
        case .completed, .skipped: return
        default: throw OperatorError("\(Shown.text(status.hostname)): \(Shown.text(status.reason))")
        }
    }

    private static func tell(_ status: AgentUpdateStatus) {
        let words: String? =
            switch status.state {
            case .downloading: "downloading"
            case .installed: "verified and in its place; starting it"
            case .completed: "runs version \(Shown.text(status.version))"
            case .skipped: "runs version \(Shown.text(status.version)) already"
            case .offered, .refused, .rolledBack: nil
            }
        if let words { print("\(Shown.text(status.hostname)): \(words)") }
    }
}
