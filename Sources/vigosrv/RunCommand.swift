import ArgumentParser
import Broker
import Foundation
import Host
import Logging

/// `vigosrv`: serves until it is told to stop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Serve (what happens without a command)."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.read()
        let log = configuration.server.log
        LoggingSystem.bootstrap { label in
            LogLine(label: label, format: log.format, level: Logger.Level(rawValue: log.level.rawValue) ?? .info)
        }
        let logger = Logger(label: "vigosrv")
        do {
            let signals = StopSignals()
            let beginnings = try Beginning.make(configuration, ownDataDirectory: options.dataDir != nil, logger)
            let server = try await Server.start(beginnings, logger: logger)
            if server.isFresh {
                let text = FirstSteps.text(
                    publicURL: server.publicURL,
                    dataDirectory: beginnings.configuration.server.dataDirectory,
                    adminSocket: beginnings.adminSocket
                )
                FileHandle.standardOutput.write(Data(text.utf8))
            }
            let name = await signals.first()
            signals.forceAtNext()
            await server.stop("signal \(name)")
        } catch {
            logger.critical("\(error)")
            throw ExitCode(1)
        }
    }
}
