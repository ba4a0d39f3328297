import Built
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Trust
import WorkerProtocol

@testable import Broker

/// A vault with a real launcher, a secrets directory of its own, and one of the fixtures as its backend; started.
final class SecretsLab: Sendable {
    let places: SecretsPlaces
    let vault: SecretsWorker
    private let launcher: Launcher
    private let ownsPlaces: Bool

    private static let next = Atomic<UInt32>(966_000)

    init(
        backend: String,
        at shared: SecretsPlaces? = nil,
        change: (inout SecretsWorker.Options) -> Void = { _ in }
    ) async throws {
        let first = Self.next.add(10, ordering: .relaxed).oldValue
        ownsPlaces = shared == nil
        places = shared ?? Self.makePlaces(uid: first + 9)
        launcher = try Launcher.spawn(
            launcherPath: Built.launcher,
            workerPath: Built.worker,
            workerUIDs: first...first + 3,
            secrets: places
        )
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .debug
        let catalog = PluginCatalog(directory: Built.directory, workerPath: Built.worker, logger: logger)
        let broker = Broker(launcher: launcher, catalog: catalog, logger: logger)
        var options = SecretsWorker.Options()
        change(&options)
        vault = SecretsWorker(broker: broker, backend: backend, options: options, on: Lab.loop, logger: logger)
        if ownsPlaces { writeKey() }
        await vault.start()
    }

    private static func makePlaces(uid: UInt32) -> SecretsPlaces {
        var template = Array("/tmp/scrier-vault-XXXXXX".utf8CString)
        mkdtemp(&template)
        let top = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(top, 0o755)
        let places = SecretsPlaces(directory: top + "/secrets", workerUID: uid)
        mkdir(places.directory, 0o700)
        chown(places.directory, 0, uid)
        chmod(places.directory, 0o1770)
        return places
    }

    func writeKey() {
        guard let file = fopen(places.keyFile, "w") else { return }
        fputs("0123456789abcdef0123456789abcdef", file)
        fclose(file)
        chmod(places.keyFile, 0o600)
    }

    /// The vault has been stopped, or the test failed.
    func end() {
        launcher.stop()
        guard ownsPlaces else { return }
        for name in [".lock", ".master.key"] { unlink("\(places.directory)/\(name)") }
        rmdir(places.directory)
        rmdir(String(places.directory.dropLast("/secrets".count)))
    }

    /// Polls for up to ten seconds.
    func eventually(_ holds: () async -> Bool) async -> Bool {
        for _ in 0..<500 {
            if await holds() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// A method of the fixtures' own; nil when it went well.
    func ask(
        _ connection: ExchangeConnection,
        _ method: String,
        _ fields: String...,
        timeout: TimeAmount = .seconds(10)
    ) async -> SecretsError? {
        await outcome(connection, method, fields, timeout).failure
    }

    func fields(_ connection: ExchangeConnection, _ method: String, _ fields: String...) async throws -> [String] {
        try await outcome(connection, method, fields, .seconds(10)).get()
    }

    private func outcome(
        _ connection: ExchangeConnection,
        _ method: String,
        _ fields: [String],
        _ timeout: TimeAmount
    ) async -> Result<[String], SecretsError> {
        await withCheckedContinuation { continuation in
            let question = ExchangeQuestion(method: method, fields: fields.map { .text($0) }, timeout: timeout) {
                switch $0 {
                case .failed(let error): continuation.resume(returning: .failure(error))
                case .reply(let status, let body) where status < 0:
                    let error = SecretsError(status: status, body: body, label: "test")
                    continuation.resume(returning: .failure(error))
                case .reply(_, let body):
                    var fields = ExchangeFields(body)
                    var texts: [String] = []
                    while let text = try? fields.next() { texts.append(String(decoding: text, as: UTF8.self)) }
                    continuation.resume(returning: .success(texts))
                }
            }
            connection.ask([question])
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}

/// Sends back what it gets, one connection after the other, until the process ends.
final class EchoServer: Sendable {
    let port: UInt16

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 4) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard bound else { throw BrokerError.noDescriptors(error: errno) }
        port = UInt16(bigEndian: address.sin_port)
        let thread = UnsafeMutablePointer<pthread_t>.allocate(capacity: 1)
        pthread_create(
            thread,
            nil,
            { argument in
                let listener = Int32(Int(bitPattern: argument))
                var bytes = [UInt8](repeating: 0, count: 4096)
                while true {
                    let connection = accept(listener, nil, nil)
                    let count = read(connection, &bytes, bytes.count)
                    if count > 0 { write(connection, bytes, count) }
                    close(connection)
                }
            },
            UnsafeMutableRawPointer(bitPattern: Int(listener))
        )
    }
}
