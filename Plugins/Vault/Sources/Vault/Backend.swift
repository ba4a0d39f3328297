import Glibc
import PluginKit

/// Answers the server's requests, one after the other, and between them does what takes long, and looks whether somebody
/// else changed something.
final class Backend {
    private let host: Host
    private let exchange: Exchange
    let files: SecretFiles
    var index: Index
    var epoch = Epoch()
    /// The reply that is being made.
    let body = ExchangeBody(capacity: SealedHeader.largestValue + 4096)
    var reseal: Reseal?
    private var isChanged = false
    private var nextLook = ContinuousClock.now

    /// Between two looks; how much of it each time. Whatever is changed in a directory is seen at the next look, what is
    /// changed within a file when its turn comes, or when it is asked for.
    private static let pause = Duration.seconds(2)
    private static let foldersALook = 1000
    private static let filesALook = 500
    private static let requestsAtOnce = 64

    init(host: Host) throws {
        guard let exchange = host.exchange else {
            throw SessionFailure(.unsupported, "The vault needs a server that speaks scrier.exchange/1.")
        }
        guard let number = host.parameter("directory").flatMap({ Int32($0) }) else {
            throw SessionFailure(.invalid, "The vault was given no directory.")
        }
        self.host = host
        self.exchange = exchange
        files = SecretFiles(storage: Storage(root: number), keys: try KeyRing(host: host))
        do {
            index = try Index(storage: files.storage)
        } catch {
            throw SessionFailure(.unavailable, "The secrets directory cannot be read: \(error.reason).")
        }
    }

    func run() throws -> SessionEnd {
        host.ready()
        while true {
            let wait = reseal == nil ? nextLook - .now : .zero
            _ = host.wait(transport: nil, reading: false, timeout: max(.zero, wait))
            for _ in 0..<Self.requestsAtOnce {
                guard let event = host.nextEvent() else { break }
                if case .close = event { return .cancelled }
                guard case .request(let number, let method, let fields) = event else { continue }
                guard answer(number, method, fields) else { return .cancelled }
            }
            guard goOnResealing() else { return .cancelled }
            lookAround()
        }
    }

    // MARK: Replies

    private func answer(_ number: UInt32, _ method: String, _ fields: UnsafeRawBufferPointer) -> Bool {
        body.removeAll()
        defer { body.removeAll() }
        do throws(ExchangeRefusal) {
            guard try handle(number, method, ExchangeFields(fields)) else { return true }
            return host.answer(number, .ok, body, by: exchange)
        } catch {
            return refuse(number, error)
        }
    }

    private func refuse(_ number: UInt32, _ refusal: ExchangeRefusal) -> Bool {
        body.removeAll()
        body.append(refusal.sentence)
        return host.answer(number, refusal.status, body, by: exchange)
    }

    private func goOnResealing() -> Bool {
        guard let reseal else { return true }
        guard !reseal.step(files, body, wrote: { index.wrote($0, $1) }) else { return true }
        self.reseal = nil
        body.removeAll()
        defer { body.removeAll() }
        do throws(ExchangeRefusal) {
            try reseal.finish(files.storage, into: body)
            return reseal.requests.allSatisfy { host.answer($0, .ok, body, by: exchange) }
        } catch {
            return reseal.requests.allSatisfy { refuse($0, error) }
        }
    }

    // MARK: Changes from outside

    /// The epoch grows, and the server is told as soon as there is room.
    func changedFromOutside() {
        epoch.grow()
        isChanged = true
    }

    private func lookAround() {
        if ContinuousClock.now >= nextLook {
            nextLook = .now + Self.pause
            // What cannot be looked at now cannot be asked for either, and that is told then.
            if (try? index.checkSome(folders: Self.foldersALook, files: Self.filesALook)) == true {
                changedFromOutside()
            }
        }
        guard isChanged else { return }
        body.removeAll()
        body.append("\(epoch.value)")
        isChanged = exchange.notify("epoch", body: body.bytes) == .empty
        body.removeAll()
    }
}

extension StorageFailure {
    var reason: String { String(cString: strerror(error)) }
}
