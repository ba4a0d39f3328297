import Glibc
package import Logging
import NIOPosix
package import WorkerProtocol

/// The plugins of a directory. A file that cannot be used is listed with the reason, not left out.
package actor PluginCatalog {
    private let directory: String
    private let describer: DescribeProcess
    /// What server.yaml says of a plugin's file, by the plugin's id.
    private let checksums: [String: String]
    private let logger: Logger
    private var entries: [CatalogEntry] = []

    package init(directory: String, workerPath: String, checksums: [String: String] = [:], logger: Logger) {
        self.directory = directory
        self.checksums = checksums
        self.logger = logger
        describer = DescribeProcess(workerPath: workerPath)
    }

    package var list: [CatalogEntry] { entries }

    package func plugin(_ id: String) -> PluginDescriptor? { entry(id)?.descriptor }

    package func entry(_ id: String) -> CatalogEntry? { entries.first { $0.descriptor?.id == id } }

    /// Reads the directory anew. Sessions that run are not touched.
    package func scan() async {
        let (directory, describer, checksums) = (directory, describer, checksums)
        let found = try? await NIOThreadPool.singleton.runIfActive {
            Self.scan(directory, describer, checksums)
        }
        entries = found ?? []
        for entry in entries {
            if let problem = entry.problem {
                logger.warning("\(entry.fileName) is not a usable plugin: \(problem)")
            } else if let descriptor = entry.descriptor {
                logger.info("plugin \(descriptor.id) \(descriptor.version) from \(entry.fileName)")
            }
        }
    }

    private static func scan(
        _ directory: String,
        _ describer: DescribeProcess,
        _ checksums: [String: String]
    ) -> [CatalogEntry] {
        let paths = libraries(in: directory)
        do {
            try PluginFile.checkDirectory(directory)
        } catch {
            return paths.map { CatalogEntry(path: $0, problem: error.sentence) }
        }
        var entries: [CatalogEntry] = []
        for path in paths {
            var entry = read(path, describer, checksums)
            if let id = entry.descriptor?.id, let first = entries.first(where: { $0.descriptor?.id == id }) {
                entry.descriptor = nil
                entry.problem = "\(first.fileName) already provides the protocol \(id)"
            }
            entries.append(entry)
        }
        return entries
    }

    private static func read(
        _ path: String,
        _ describer: DescribeProcess,
        _ checksums: [String: String]
    ) -> CatalogEntry {
        var entry = CatalogEntry(path: path)
        do {
            let sha256 = try PluginFile.check(path)
            entry.sha256 = sha256
            let descriptor = try describer.describe(path)
            if let expected = checksums[descriptor.id], expected.lowercased() != sha256 {
                entry.problem = "its SHA-256 is \(sha256), server.yaml expects \(expected)"
            } else {
                entry.descriptor = descriptor
            }
        } catch let problem as PluginFile.Problem {
            entry.problem = problem.sentence
        } catch let failure as DescribeProcess.Failure {
            entry.problem = failure.sentence
        } catch {
            entry.problem = "\(error)"
        }
        return entry
    }

    private static func libraries(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let next = readdir(stream) {
            let name = withUnsafeBytes(of: &next.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".so"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().map { "\(directory)/\($0)" }
    }
}
