import ArgumentParser
import Foundation
import Host

/// Where the configuration comes from; no file is a configuration too.
struct ConfigurationOptions: ParsableArguments {
    static let usualFile = "/srv/vigo/server.yaml"

    @Option(name: .long, help: "The configuration; \(usualFile) where there is one.")
    var config: String?

    @Option(name: .long, help: "Where the server keeps everything; overrides server.data_dir.")
    var dataDir: String?

    /// Says on standard error what is wrong, with file and line.
    func read() throws -> ServerConfiguration {
        let file = config ?? (FileManager.default.fileExists(atPath: Self.usualFile) ? Self.usualFile : nil)
        var configuration = ServerConfiguration()
        if let file {
            do throws(ConfigurationError) {
                let read = try ConfigurationFile.read(file)
                if let warning = read.warning { LogLine.toStandardError("vigosrv: \(warning)\n") }
                configuration = read.configuration
            } catch {
                LogLine.toStandardError("\(error)\n")
                throw ExitCode(78)
            }
        }
        if let dataDir {
            configuration.server.dataDirectory = URL(fileURLWithPath: dataDir).standardizedFileURL.path
        }
        return configuration
    }
}
