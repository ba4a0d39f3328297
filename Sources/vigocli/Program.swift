import ArgumentParser
import Operator

@main
struct Program {
    static func main() async {
        do {
            var command = try Vigocli.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Failure(error).exit(arguments: CommandLine.arguments)
        }
    }
}
