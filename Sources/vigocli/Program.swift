import ArgumentParser
import Glibc
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
            try finishOutput()
        } catch {
            Failure(error).exit(arguments: CommandLine.arguments)
        }
    }

    private static func finishOutput() throws {
        guard let reason = StandardOutput.finish() else { return }
        // Whoever stopped reading, as head does, knows it.
        guard reason != EPIPE else { throw ExitCode.failure }
        throw OperatorError("stdout: \(String(cString: strerror(reason)))")
    }
}
