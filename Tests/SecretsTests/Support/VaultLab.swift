import BackendSuite
import Built
import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Trust
import WorkerProtocol

@testable import Broker

/// The built-in vault as the server runs it: real launcher, real worker, a directory and a key of its own. Works with and
/// without root.
final class VaultLab: SecretsBackend {
    let places: SecretsPlaces
    let vault: SecretsWorker
    private let launcher: Launcher
    private let top: String

    private static let next = Atomic<UInt32>(967_000)

    init() async throws {
        let plugins = try BuiltPlugins.directory(with: "vault")
        let first = Self.next.add(10, ordering: .relaxed).oldValue
        top = "/tmp/scrier-vaults-\(UUID().uuidString.prefix(8))"
        places = SecretsPlaces(directory: top + "/secrets", workerUID: first + 9)
        mkdir(top, 0o755)
        chmod(top, 0o755)
        mkdir(places.directory, 0o700)
        if geteuid() == 0 {
            chown(places.directory, 0, places.workerUID)
            chmod(places.directory, 0o1770)
        }
        launcher = try Launcher.spawn(
            launcherPath: Built.launcher,
            workerPath: Built.worker,
            workerUIDs: first...first + 3,
            secrets: places
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let catalog = PluginCatalog(directory: plugins, workerPath: Built.worker, logger: logger)
        let broker = Broker(launcher: launcher, catalog: catalog, logger: logger)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        var options = SecretsWorker.Options()
        // Workers that are killed again and again are to come back at once.
        options.backOff.longest = .milliseconds(20)
        vault = SecretsWorker(broker: broker, backend: "vault", options: options, on: loop, logger: logger)
        try writeKey(places.keyFile, 1)
        await vault.start()
    }

    static func with(_ body: (VaultLab) async throws -> Void) async throws {
        let lab = try await VaultLab()
        do {
            try await body(lab)
        } catch {
            await lab.end()
            throw error
        }
        await lab.end()
    }

    private func end() async {
        await vault.stop()
        launcher.stop()
        try? FileManager.default.removeItem(atPath: top)
    }

    // MARK: Its files

    func writeKey(_ path: String, _ seed: UInt8) throws {
        let key = (0..<32).map { seed &+ UInt8($0) }
        try Data(key).write(to: URL(filePath: path))
        chmod(path, 0o600)
    }

    /// All that is below the secrets directory.
    var names: [String] {
        (FileManager.default.enumerator(atPath: places.directory)?.allObjects as? [String] ?? []).sorted()
    }

    // MARK: The worker

    var pid: Int32 {
        get async throws { try await vault.pid }
    }

    func kill() async throws {
        Glibc.kill(try await pid, SIGKILL)
    }

    /// Without notice; returns when the next one is there.
    func crash() async throws -> Bool {
        try await vault.crash()
        return true
    }

    func ask(_ method: String, body: [UInt8]) async throws -> BackendAnswer {
        try await vault.answer(to: method, body: body)
    }

    /// Polls for up to ten seconds.
    func eventually(_ holds: () async -> Bool) async -> Bool {
        for _ in 0..<500 {
            if await holds() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
