import ArgumentParser
import Broker
import Foundation
import Glibc
import Host
import Logging

/// `vigosrv`: serves until it is told to stop.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Serve (what happens without a command)."
    )

    @OptionGroup var options: ConfigurationOptions

    /// Not asynchronous: privileges are dropped on the main thread, before the runtime parks it where it would keep them.
    func run() throws {
        let configuration = try options.read()
        let log = configuration.server.log
        LoggingSystem.bootstrap { label in
            LogLine(label: label, format: log.format, level: Logger.Level(rawValue: log.level.rawValue) ?? .info)
        }
        let logger = Logger(label: "vigosrv")
        EventLoops.settle()
        let signals = StopSignals()
        let beginnings: Server.Beginnings
        do {
            beginnings = try Beginning.make(configuration, ownDataDirectory: options.dataDir != nil, logger)
        } catch {
            logger.critical("\(error)")
            throw ExitCode(1)
        }
        Task { Glibc.exit(await Self.serve(beginnings, signals, logger)) }
        signals.wait()
    }

    private static func serve(_ beginnings: Server.Beginnings, _ signals: StopSignals, _ logger: Logger) async -> Int32
    {
        do {
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
            await server.stop("signal \(name)")
            return 0
        } catch {
            logger.critical("\(error)")
            beginnings.launcher.stop()
            return 1
        }
    }
}
