import ArgumentParser
import Operator

struct EnvoysDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Forget an envoy."
    )

    @OptionGroup var envoy: EnvoyArgument

    func run() async throws {
        try await APIClient.current().perform(.DELETE, envoy.path)
        print("Envoy \(Shown.text(envoy.envoy)) is deleted.")
    }
}
