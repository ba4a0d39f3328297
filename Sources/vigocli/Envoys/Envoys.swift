import ArgumentParser
import Operator

struct Envoys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The hosts that are enrolled.",
        subcommands: [
            EnvoysList.self, EnvoysShow.self, EnvoysApprove.self, EnvoysRevoke.self, EnvoysRebootstrap.self,
            EnvoysDelete.self,
        ]
    )
}

struct EnvoyArgument: ParsableArguments {
    @Argument(help: "The envoy's hostname or UUID.")
    var envoy: String

    var path: String { "/api/v1/envoys/\(URLPath.segment(envoy))" }
}
