import BackendSuite
import Foundation
import Glibc
import PluginAPI
import PluginKit
import Synchronization

@testable import Vault

/// A secrets directory with the plugin on it, in this process.
final class VaultFolder: SecretsBackend {
    let path: String
    let directory: Int32
    private let running: Mutex<InProcessBackend?>
    private let keys: Mutex<[String: [UInt8]]>

    static let firstKey = [UInt8](1...32)
    static let secondKey = [UInt8](101...132)

    /// - Parameter isInMemory: for so many files that a disk would be busy with them.
    init(started: Bool = true, isInMemory: Bool = false) throws {
        let top = isInMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        path = top + "/vault-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        umask(0o077)
        directory = open(path, O_RDONLY | O_DIRECTORY)
        running = Mutex(nil)
        keys = Mutex(["master-key": Self.firstKey])
        if started { start() }
    }

    deinit {
        stop()
        close(directory)
        try? FileManager.default.removeItem(atPath: path)
    }

    // MARK: The plugin

    func start() {
        let keys = keys.withLock { $0 }
        running.withLock {
            $0 = InProcessBackend(entry(), parameters: ["directory": "\(directory)"], secrets: keys)
        }
    }

    @discardableResult
    func stop() -> Int32? {
        running.withLock { running in
            defer { running = nil }
            return running?.close()
        }
    }

    /// Nil for one that is not there any more.
    func restart(key: [UInt8], next: [UInt8]? = nil) {
        stop()
        keys.withLock { keys in
            keys["master-key"] = key
            keys["next-master-key"] = next
        }
        start()
    }

    func crash() async throws -> Bool {
        stop()
        start()
        return true
    }

    private var backend: InProcessBackend { running.withLock { $0! } }
    var epochs: [UInt64] { backend.epochs }
    var explanation: String? { backend.explanation }

    func ask(_ method: String, body: [UInt8]) async throws -> BackendAnswer {
        try await backend.ask(method, body: body)
    }

    @discardableResult
    func ask(_ method: String, _ fields: String...) async throws -> BackendAnswer {
        try await ask(method, body: BackendAnswer.body(fields.map { Array($0.utf8) }))
    }

    func put(_ key: String, _ value: String) async throws {
        let answer = try await ask("put", key, value)
        guard answer.status == 0 else { throw BackendFailure("put \(key): \(answer.sentence)") }
    }

    /// The value, or the status and sentence of a refusal.
    func get(_ key: String) async throws -> String {
        let answer = try await ask("get", key)
        return answer.status == 0 ? answer.text(0) : "\(answer.status) \(answer.sentence)"
    }

    func list(_ prefix: String = "") async throws -> [String] {
        var keys: [String] = []
        while true {
            let answer = try await ask("list", prefix, keys.last ?? "")
            keys += (1..<answer.fields.count).map(answer.text)
            if answer.text(0) == "end" { return keys }
        }
    }

    /// Name to problem.
    func verify() async throws -> [String: String] {
        var findings: [String: String] = [:]
        var cursor = ""
        while true {
            let answer = try await ask("verify", cursor)
            for index in stride(from: 2, to: answer.fields.count, by: 2) {
                findings[answer.text(index)] = answer.text(index + 1)
            }
            if answer.text(0) == "end" { return findings }
            cursor = answer.text(1)
        }
    }

    /// Polls for up to ten seconds.
    func eventually(_ holds: () async throws -> Bool) async rethrows -> Bool {
        for _ in 0..<500 {
            if try await holds() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    // MARK: Its files

    func file(_ name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: file(name)))) }

    /// In place, as an editor or `cp` would.
    func overwrite(_ name: String, _ bytes: [UInt8]) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: file(name)))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    func write(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws {
        let descriptor = open(file(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BackendFailure("cannot write \(name)") }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw BackendFailure("cannot write \(name)")
        }
        fchmod(descriptor, mode_t(mode))
    }

    /// All below it, sorted.
    var names: [String] {
        (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).sorted()
    }
}

extension BackendAnswer {
    func text(_ index: Int) -> String {
        fields.indices.contains(index) ? String(decoding: fields[index], as: UTF8.self) : ""
    }

    /// Of a refusal.
    var sentence: String { text(0) }
}
