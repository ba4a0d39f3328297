import ArgumentParser
import Broker
import Foundation
import Glibc
import Host
import Logging
import Wire

/// `vigosrv vault`: the vault alone, for as long as one command of `vigocli secrets` runs while no server does. Says
/// `ready SOCKET` or `failed SENTENCE` on standard output, and ends when standard input does.
struct VaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "Serve the vault alone, for vigocli.",
        shouldDisplay: false
    )

    @Option(help: "Its parent is the data directory.")
    var secretsDir: String

    @Option(help: "The master key; what server.yaml says, where it is not given.")
    var keyFile: String?

    @Flag(help: "Say what server.yaml says of the vault, and end.")
    var describe = false

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        ServerAccount.hideMemory()
        LoggingSystem.bootstrap { LogLine(label: $0, format: .logfmt, level: .error) }
        let (configuration, launcher): (ServerConfiguration, Launcher)
        do {
            configuration = try read()
            if describe {
                return say(String(decoding: try WireJSON.encode(VaultDescription(configuration)), as: UTF8.self))
            }
            launcher = try begin(configuration)
        } catch {
            return say("failed \(Self.line(error))")
        }
        Task { Glibc.exit(await serve(configuration, launcher)) }
        // The main thread has nothing else to do; a task that waited for this would keep a thread of the pool.
        var byte: UInt8 = 0
        while Glibc.read(STDIN_FILENO, &byte, 1) != 0 {}
        Self.inputEnded.finish()
        while true { pause() }
    }

    private static let (input, inputEnded) = AsyncStream.makeStream(of: Void.self)

    private func serve(_ configuration: ServerConfiguration, _ launcher: Launcher) async -> Int32 {
        do {
            let vault = try await OfflineVault.start(
                configuration,
                files: InstalledFiles(),
                launcher: launcher,
                ownUID: geteuid() == 0 ? nil : geteuid(),
                logger: Logger(label: "vigosrv")
            )
            say("ready \(vault.socket)")
            for await _ in Self.input {}
            await vault.stop()
        } catch {
            launcher.stop()
            say("failed \(Self.line(error))")
        }
        return 0
    }

    /// What needs root, then no root any more: whoever owns the data directory is who the server is.
    private func begin(_ configuration: ServerConfiguration) throws -> Launcher {
        let files = InstalledFiles()
        let isRoot = geteuid() == 0
        guard access(configuration.server.dataDirectory, X_OK) == 0 else {
            throw StartError("there is no vault in \(configuration.secretsDirectory): run `vigocli secrets init`")
        }
        let owner = isRoot ? ServerAccount.owning(configuration.server.dataDirectory) : nil
        if owner != nil { try configuration.expectGuardedKey() }
        let launcher = try Launcher.spawn(
            launcherPath: files.launcher,
            workerPath: files.worker,
            workerUIDs: isRoot ? configuration.scrier.workerUIDs : nil,
            secrets: configuration.secretsPlaces
        )
        try owner?.become()
        return launcher
    }

    /// server.yaml of the data directory, else the usual one.
    private func read() throws -> ServerConfiguration {
        let directory = (secretsDir as NSString).deletingLastPathComponent
        let candidates = ["\(directory)/server.yaml", ConfigurationOptions.usualFile]
        let file = candidates.first { FileManager.default.fileExists(atPath: $0) }
        var configuration = try file.map { try ConfigurationFile.read($0).configuration } ?? ServerConfiguration()
        configuration.server.dataDirectory = directory
        configuration.secrets.directory = secretsDir
        if let keyFile { configuration.secrets.keyFile = keyFile }
        return configuration
    }

    private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

    private static func line(_ error: any Error) -> String {
        "\(error)".split(separator: "\n").joined(separator: "; ")
    }
}

extension VaultDescription {
    init(_ configuration: ServerConfiguration) {
        self.init(
            isBuiltIn: configuration.secrets.backend == ServerConfiguration().secrets.backend,
            keyFile: configuration.secretsKeyFile,
            workerUID: configuration.secrets.workerUID
        )
    }
}
