package import Logging
import NIOPosix
package import WorkerProtocol

/// The plugins of a directory. Whoever asks gets the directory as it is now: a file that was dropped in counts at once,
/// and only files that changed are asked again what they are. A file that cannot be used is listed with the reason.
package actor PluginCatalog {
    private let directory: String
    private let describer: DescribeProcess
    private let pins: PluginPins
    private let logger: Logger
    private var entries: [CatalogEntry] = []
    private var known: [FileIdentity: CatalogEntry] = [:]
    private var seen: PluginDirectory?
    private var running: Task<Void, Never>?

    /// - Parameter checksums: what server.yaml says of plugins' files, by the plugins' ids.
    package init(directory: String, workerPath: String, checksums: [String: String] = [:], logger: Logger) {
        self.directory = directory
        pins = PluginPins(checksums)
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
        let hashed = await each(now) { [known] path, identity in
            if let entry = known[identity], entry.path == path { return entry }
            return Self.hash(path)
        }
        let present = Set(hashed.compactMap(\.sha256))
        let hashes = Dictionary(uniqueKeysWithValues: hashed.map { ($0.path, $0) })
        let found = await each(now) { [describer, pins] path, _ in
            Self.describe(hashes[path] ?? CatalogEntry(path: path), describer, pins, present)
        }
        known = [:]
        // What pins kept out has not been asked: it is once they allow it.
        for entry in found where !entry.isPinnedOut {
            if let identity = entry.identity { known[identity] = entry }
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

    /// All files at once, so that one that hangs holds up no other.
    private func each(
        _ now: PluginDirectory,
        _ work: @escaping @Sendable (String, FileIdentity) -> CatalogEntry
    ) async -> [CatalogEntry] {
        await withTaskGroup(of: CatalogEntry.self) { group in
            for (path, identity) in now.files {
                group.addTask {
                    if let problem = now.problem { return CatalogEntry(path: path, problem: problem) }
                    let entry = try? await NIOThreadPool.singleton.runIfActive { work(path, identity) }
                    return entry ?? CatalogEntry(path: path, problem: "the server is stopping")
                }
            }
            var found: [CatalogEntry] = []
            for await entry in group { found.append(entry) }
            return found.sorted { $0.path < $1.path }
        }
    }

    private static func hash(_ path: String) -> CatalogEntry {
        var entry = CatalogEntry(path: path)
        do throws(PluginFile.Problem) {
            let checked = try PluginFile.check(path)
            (entry.sha256, entry.identity) = (checked.sha256, checked.identity)
        } catch {
            entry.problem = error.sentence
        }
        return entry
    }

    /// Loads the file, if it is one that may be, to ask it what it is.
    private static func describe(
        _ hashed: CatalogEntry,
        _ describer: DescribeProcess,
        _ pins: PluginPins,
        _ present: Set<String>
    ) -> CatalogEntry {
        var entry = hashed
        guard let sha256 = entry.sha256, let identity = entry.identity else { return entry }
        if let objection = pins.objectionToLoading(entry.fileName, sha256: sha256, present: present) {
            entry.descriptor = nil
            entry.problem = objection
            entry.isPinnedOut = true
            return entry
        }
        // Asked before, and the same file.
        guard entry.descriptor == nil, entry.problem == nil else { return entry }
        do throws(DescribeProcess.Failure) {
            let descriptor = try describer.describe(entry.path)
            if FileIdentity(entry.path) != identity {
                entry.identity = nil
                entry.problem = PluginFile.Problem.changing.sentence
            } else if let objection = pins.objection(to: descriptor.id, sha256: sha256) {
                entry.problem = objection
            } else {
                entry.descriptor = descriptor
            }
        } catch {
            entry.problem = error.sentence
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
