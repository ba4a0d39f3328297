import Agent
import ArgumentParser

struct SecretsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Say which secrets this machine holds, never what they are."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        do {
            guard let report = try SecretsReport(directories: global.directories) else {
                Terminal.complain(Enrollment.missing(in: global.directories))
                throw ExitCode(1)
            }
            if let warning = report.warning {
                Terminal.complain("vigo secrets: stored secrets are ignored: \(warning)")
            }
            print(report.text, terminator: "")
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.complain("vigo secrets: \(error)")
            throw ExitCode(78)
        }
    }
}
