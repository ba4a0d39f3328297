import Agent
import ArgumentParser

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say which envoy this machine is, and of which server."
    )

    @OptionGroup var global: GlobalOptions

    func run() throws {
        do {
            guard let report = try StatusReport(directories: global.directories) else {
                Terminal.complain(Enrollment.missing(in: global.directories))
                throw ExitCode(1)
            }
            print(report.text, terminator: "")
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.complain("vigo status: \(error)")
            throw ExitCode(78)
        }
    }
}
