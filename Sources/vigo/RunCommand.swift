import Agent
import ArgumentParser
import Glibc
import Logging
import NIOCore

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Keep this machine connected to its server. For a service manager."
    )

    @OptionGroup var global: GlobalOptions

    @Option(
        help: "trace, debug, info, notice, warning or error.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("there is no such level of logging")
            }
            return level
        }
    )
    var logLevel = Logger.Level.info

    func run() async throws {
        // An envoy's processors are for its own work; tunnels wait for the network.
        NIOSingletons.groupLoopCountSuggestion = 1
        let signals = TerminationSignals()
        var logger = Logger(label: "vigo") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        // First of all: a new version that fails at anything below has used one of its starts up, or goes back.
        let updates = SelfUpdate(directories: global.directories, logger: logger)
        if let program = await updates.begin() { throw Self.become(program) }
        let service: AgentService
        do {
            guard try StatusReport(directories: global.directories) != nil else {
                Terminal.complain(Enrollment.missing(in: global.directories))
                throw ExitCode(78)
            }
            service = try AgentService(
                directories: global.directories,
                environment: Terminal.environment,
                updates: updates,
                logger: logger
            )
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.complain("vigo run: \(error)")
            if let program = await updates.cannotStart("\(error)") { throw Self.become(program) }
            throw ExitCode(78)
        }
        let running = Task { await service.run() }
        signals.onFirst { running.cancel() }
        guard case .restart(let program) = await running.value else { return }
        throw Self.become(program)
    }

    private static func become(_ program: String) -> ExitCode {
        Restart.replaceThisProcess(by: program)
        // Only a failure comes back; a service manager starts whatever lies there now.
        Terminal.complain("vigo run: \(program) cannot be started: \(String(cString: strerror(errno)))")
        return ExitCode(75)
    }
}
