import ArgumentParser
import Operator

struct EnvoysApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let a host in that waits for approval."
    )

    @OptionGroup var envoy: EnvoyArgument

    func run() async throws {
        try await APIClient.current().perform(.POST, envoy.path + "/approve")
        print("Envoy \(Shown.text(envoy.envoy)) is approved.")
    }
}
