package import Logging
import NIOPosix
package import WorkerProtocol

/// The plugins of a directory. Whoever asks gets the directory as it is now: a file that was dropped in counts at once,
/// and only files that changed are asked again what they are. A file that cannot be used is listed with the reason.
package actor PluginCatalog {
    private let directory: String
    private let describer: DescribeProcess
    /// What server.yaml says of a plugin's file, by the plugin's id.
    private let checksums: [String: String]
    private let logger: Logger
    private var entries: [CatalogEntry] = []
    private var known: [FileIdentity: CatalogEntry] = [:]
    private var seen: PluginDirectory?
    private var running: Task<Void, Never>?

    package init(directory: String, workerPath: String, checksums: [String: String] = [:], logger: Logger) {
        self.directory = directory
        self.checksums = checksums
        self.logger = logger
        describer = DescribeProcess(workerPath: workerPath)
    }

    package var list: [CatalogEntry] {
        get async {
            await scan()
            return entries
        }
    }

    package func plugin(_ id: String) async -> PluginDescriptor? { await entry(id)?.descriptor }

    package func entry(_ id: String) async -> CatalogEntry? {
        await scan()
        return entries.first { $0.descriptor?.id == id }
    }

    /// Looks at the directory. Sessions that run are not touched.
    package func scan() async {
        if let running { return await running.value }
        let now = PluginDirectory(directory)
        guard now != seen else { return }
        let task = Task { await read(now) }
        running = task
        await task.value
        running = nil
    }

    private func read(_ now: PluginDirectory) async {
        let found = await describe(now)
        known = [:]
        for entry in found {
            if let identity = now.files[entry.path] { known[identity] = entry }
        }
        entries = Self.withoutDoubles(found)
        seen = now
        for entry in entries {
            if let problem = entry.problem {
                logger.warning("\(entry.fileName) is not a usable plugin: \(problem)")
            } else if let descriptor = entry.descriptor {
                logger.info("plugin \(descriptor.id) \(descriptor.version) from \(entry.fileName)")
            }
        }
    }

    /// All at once, so that one file that hangs holds up no other.
    private func describe(_ now: PluginDirectory) async -> [CatalogEntry] {
        await withTaskGroup(of: CatalogEntry.self) { group in
            for (path, identity) in now.files {
                let (describer, checksums, entry) = (describer, checksums, known[identity])
                group.addTask {
                    if let problem = now.problem { return CatalogEntry(path: path, problem: problem) }
                    if let entry, entry.path == path { return entry }
                    let read = try? await NIOThreadPool.singleton.runIfActive {
                        Self.read(path, describer, checksums)
                    }
                    return read ?? CatalogEntry(path: path, problem: "the server is stopping")
                }
            }
            var found: [CatalogEntry] = []
            for await entry in group { found.append(entry) }
            return found.sorted { $0.path < $1.path }
        }
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

    /// The first file by name provides a protocol, whichever was there first.
    private static func withoutDoubles(_ found: [CatalogEntry]) -> [CatalogEntry] {
        var entries: [CatalogEntry] = []
        for var entry in found {
            if let id = entry.descriptor?.id, let first = entries.first(where: { $0.descriptor?.id == id }) {
                entry.descriptor = nil
                entry.problem = "\(first.fileName) already provides the protocol \(id)"
            }
            entries.append(entry)
        }
        return entries
    }
}
