import ArgumentParser
import Operator

struct ConfigShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show which server would be asked, without asking it."
    )

    func run() async throws {
        let configuration = try OperatorConfiguration.current(environment: Environment.current)
        print(
            Facts([
                ("Server", Shown.text("\(configuration.server)")),
                ("Token", configuration.token == nil ? "–" : "•••"),
                ("CA", Shown.text(configuration.caFile)),
            ]).text
        )
    }
}
