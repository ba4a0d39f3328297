import BackendSuite
import Built
import Foundation
import Logging
import NIOPosix
import Synchronization

@testable import Broker

/// The vault with the OpenBao plugin behind it, in a real worker, confined as always.
final class OpenBaoLab: SecretsBackend {
    let vault: SecretsWorker
    private let launcher: Launcher
    private let scratch: String
    private let keyFile: String

    private static let next = Atomic<UInt32>(968_000)

    /// - Parameter credentials: what lies in the credentials file.
    init(
        _ server: OpenBaoServer,
        credentials: String = OpenBaoServer.rootToken,
        parameters: [String: String] = [:]
    ) async throws {
        let first = Self.next.add(10, ordering: .relaxed).oldValue
        var template = Array("/tmp/scrier-openbao-XXXXXX".utf8CString)
        mkdtemp(&template)
        scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(scratch, 0o755)
        let places = SecretsPlaces(
            directory: scratch + "/secrets",
            keyFile: scratch + "/openbao.credentials",
            workerUID: first + 9
        )
        mkdir(places.directory, 0o700)
        chown(places.directory, 0, first + 9)
        chmod(places.directory, 0o1770)
        keyFile = places.keyFile
        try Self.write(credentials, to: keyFile)
        launcher = try Launcher.spawn(
            launcherPath: Built.launcher,
            workerPath: Built.worker,
            workerUIDs: first...first + 3,
            secrets: places
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let catalog = PluginCatalog(
            directory: try BuiltPlugins.directory(with: "openbao"),
            workerPath: Built.worker,
            logger: logger
        )
        var options = SecretsWorker.Options()
        options.endpoints = ["vault": DialEndpoint("127.0.0.1:\(server.port)")!]
        options.parameters = [
            "address": "https://127.0.0.1:\(server.port)", "ca": server.authority, "poll-interval": "1",
        ].merging(parameters) { $1 }
        vault = SecretsWorker(
            broker: Broker(launcher: launcher, catalog: catalog, logger: logger),
            backend: "openbao",
            options: options,
            on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: logger
        )
        await vault.start()
    }

    func end() async {
        await vault.stop()
        launcher.stop()
        try? FileManager.default.removeItem(atPath: scratch)
    }

    /// As an administrator does, who heard that they are refused.
    func write(credentials: String) throws { try Self.write(credentials, to: keyFile) }

    private static func write(_ credentials: String, to path: String) throws {
        try (credentials + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o600)
    }

    func ask(_ method: String, body: [UInt8]) async throws -> BackendAnswer {
        try await vault.answer(to: method, body: body)
    }

    func crash() async throws -> Bool {
        try await vault.crash()
        return true
    }

    func isOpen() async -> Bool { await eventually { await self.vault.status().state == .open } }

    /// As the status explains itself.
    func says(_ words: String) async -> Bool {
        await eventually { await self.vault.status().explanation?.contains(words) == true }
    }

    /// Polls for up to twenty seconds.
    private func eventually(_ holds: () async -> Bool) async -> Bool {
        for _ in 0..<1000 {
            if await holds() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
