import ArgumentParser
import Host

/// `vigosrv check`: whether a server would start with this configuration.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with the configuration, or that nothing is."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        _ = try options.read()
        print("The configuration is good.")
    }
}
