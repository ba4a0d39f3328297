import Broker
import Crypto
import Foundation
import Glibc
import Lab
import Logging
import NIOPosix
import Trust

/// The built-in vault through its worker: resolving for an agent, listing, and what one `get` costs against reading and
/// opening the same file in this process.
struct SecretsBench {
    let secrets: Int
    let rounds: Int

    private static let atOnce = 100

    func measure(_ programs: Programs, into report: Report) async throws {
        let place = try VaultPlace()
        defer { place.remove() }
        let launcher = try Launcher.spawn(
            launcherPath: programs.launcher.path,
            workerPath: programs.worker.path,
            workerUIDs: 64_500...64_599,
            secrets: place.places
        )
        defer { launcher.stop() }
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let catalog = PluginCatalog(directory: programs.plugins.path, workerPath: programs.worker.path, logger: logger)
        let broker = Broker(launcher: launcher, catalog: catalog, logger: logger)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let vault = SecretsWorker(broker: broker, backend: "vault", on: loop, logger: logger)
        await vault.start()
        do {
            try await measure(vault, place, into: report)
        } catch {
            await vault.stop()
            throw error
        }
        await vault.stop()
    }

    private func measure(_ vault: SecretsWorker, _ place: VaultPlace, into report: Report) async throws {
        let keys = (0..<secrets).map { SecretKey("vigo/team-\($0 % 50)/secret-\($0)")! }
        let clock = ContinuousClock()
        let filling = clock.now
        for key in keys { try await vault.put(key, Secret("a password of some length: \(key)")) }
        let puts = Double(secrets) / seconds(clock.now - filling)

        var resolves: [Double] = []
        for _ in 0..<rounds {
            let wanted = (0..<Self.atOnce).map { _ in keys.randomElement()! }
            let start = clock.now
            for result in await vault.get(wanted) { _ = try result.get() }
            resolves.append(Double(Self.atOnce) / seconds(clock.now - start))
        }
        var lists: [Double] = []
        for round in 0..<max(5, rounds / 10) {
            // Every other one comes after a change.
            if round % 2 == 1 { try await vault.put(keys[round], Secret("changed")) }
            let start = clock.now
            guard try await vault.list(prefix: "").count == secrets else {
                throw NeverHappened(description: "the vault does not list all of its secrets")
            }
            lists.append(milliseconds(clock.now - start))
        }
        var gets: [Double] = []
        var opened: [Double] = []
        for round in 0..<rounds * 10 {
            let key = keys[round % secrets]
            let start = clock.now
            let value = try await vault.get(key)
            gets.append(milliseconds(clock.now - start))
            let inProcess = clock.now
            let plain = try place.open(key)
            opened.append(milliseconds(clock.now - inProcess))
            guard value.matches(plain) else { throw NeverHappened(description: "the two values of \(key) differ") }
        }
        report.section(
            "Secrets (\(secrets) in sealed files, through the worker)",
            ["what", "p50", "p90", "goal"],
            [
                row("resolves a second, \(Self.atOnce) at a time", resolves, 0, slowest: 0.1, "at least 2000"),
                row("list of \(secrets) keys, ms", lists, 1, slowest: 0.9, "below 300"),
                row("one get, ms", gets, 3, slowest: 0.9, ""),
                row("reading and opening the file in process, ms", opened, 3, slowest: 0.9, ""),
                ["ratio of the two", format(gets.percentile(0.5) / opened.percentile(0.5), 1), "", ""],
                ["puts a second, one at a time", format(puts, 0), "", ""],
            ],
            notes: [place.note]
        )
    }

    private func row(_ what: String, _ samples: [Double], _ digits: Int, slowest: Double, _ goal: String) -> [String] {
        [what, format(samples.percentile(0.5), digits), format(samples.percentile(slowest), digits), goal]
    }

    private func seconds(_ duration: Duration) -> Double { milliseconds(duration) / 1000 }
}

/// A secrets directory with a key that this process knows too.
private struct VaultPlace {
    let places: SecretsPlaces
    let note: String
    private let top: String
    private let key = SymmetricKey(size: .bits256)

    init() throws {
        // Filling it is not what is measured: a disk would take a minute for that.
        let memory = "/dev/shm"
        let isInMemory = access(memory, W_OK) == 0
        top = (isInMemory ? memory : "/tmp") + "/scrier-bench-\(UUID().uuidString.prefix(8))"
        note = "The files lie \(isInMemory ? "in memory (tmpfs): a put on a disk waits for it twice" : "on the disk")."
        places = SecretsPlaces(directory: top + "/secrets", workerUID: 64_600)
        for (path, mode) in [(top, mode_t(0o755)), (places.directory, 0o1770)] {
            mkdir(path, 0o700)
            chown(path, 0, path == top ? 0 : places.workerUID)
            chmod(path, mode)
        }
        try key.withUnsafeBytes { try Data($0).write(to: URL(filePath: places.keyFile)) }
        chmod(places.keyFile, 0o600)
    }

    func remove() { try? FileManager.default.removeItem(atPath: top) }

    /// As the format in Plugins/Vault/README.md says.
    func open(_ name: SecretKey) throws -> [UInt8] {
        let file = try Data(contentsOf: URL(filePath: "\(places.directory)/\(name),sealed"))
        let header = 36 + name.description.utf8.count
        let box = try AES.GCM.SealedBox(
            nonce: AES.GCM.Nonce(data: file[20..<32]),
            ciphertext: file[header..<file.count - 16],
            tag: file.suffix(16)
        )
        return Array(try AES.GCM.open(box, using: key, authenticating: file[..<header]))
    }
}
