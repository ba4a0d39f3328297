import ArgumentParser
import Operator
import Wire

struct EnvoysShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all that is known of one envoy."
    )

    @OptionGroup var envoy: EnvoyArgument
    @OptionGroup var listing: ListingOptions

    func run() async throws {
        let envoy: EnvoySummary = try await APIClient.current().request(.GET, envoy.path)
        try listing.show(
            envoy,
            [
                ("ID", Shown.uuid(envoy.id)),
                ("Hostname", Shown.text(envoy.hostname)),
                ("Status", envoy.status.rawValue + (envoy.connected ? ", connected" : ", not connected")),
                ("IP", Shown.text(envoy.address)),
                ("System", Shown.text([envoy.os, envoy.arch].compactMap { $0 }.joined(separator: "/"))),
                ("Agent", Shown.text(envoy.agentVersion)),
                ("Enrolled", Shown.date(envoy.enrolledAt)),
                ("Last seen", Shown.date(envoy.lastSeen)),
                ("Certificate until", Shown.date(envoy.certificateNotAfter)),
                ("Identity", Shown.text(envoy.identityFingerprint)),
            ]
        )
    }
}
