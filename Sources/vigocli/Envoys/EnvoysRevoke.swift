import ArgumentParser
import Operator

struct EnvoysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Shut an envoy out at once; it cannot come back under the same UUID."
    )

    @OptionGroup var envoy: EnvoyArgument

    func run() async throws {
        try await APIClient.current().perform(.POST, envoy.path + "/revoke")
        print("Envoy \(Shown.text(envoy.envoy)) is revoked.")
    }
}
