import Glibc
import Synchronization
import Trust
import Wire

@testable import Operator

/// A vault whose secrets remember with which key they were sealed, and whose worker has the keys that lay there when it
/// started: what a rotation can go wrong with.
final class KeyedVault: VaultAccess {
    private struct State {
        var sealedWith: [String: [UInt8]] = [:]
        /// Oldest first; what is sealed now is sealed with the last.
        var keys: [[UInt8]] = []
        /// How many of the next requests fail, as when a worker dies.
        var failing = 0
    }

    private let places: VaultPlaces
    private let state = Mutex(State())

    init(_ places: VaultPlaces, count: Int) throws {
        self.places = places
        restart()
        state.withLock { state in
            for number in 0..<count { state.sealedWith["k\(number)"] = state.keys.last! }
        }
    }

    /// As scrier-launcher and the plugin do.
    func restart() {
        state.withLock { state in
            state.keys = [places.keyFile, places.nextKeyFile].compactMap { path in
                (try? MasterKeyFile.read(path)).flatMap { $0 }?.withBytes { Array($0) }
            }
        }
    }

    /// Another command, in the middle of it all.
    func seal(_ name: String, with key: [UInt8]? = nil) {
        state.withLock { $0.sealedWith[name] = key ?? $0.keys.last }
    }

    func damage(_ name: String) { state.withLock { $0.sealedWith[name] = [] } }
    func failNext(_ count: Int) { state.withLock { $0.failing = count } }

    /// Those that a worker which starts now could not open.
    var lost: [String] {
        restart()
        return unreadable
    }

    var keysInUse: Int { state.withLock { Set($0.sealedWith.values).count } }

    private var unreadable: [String] {
        state.withLock { state in state.sealedWith.filter { !state.keys.contains($0.value) }.keys.sorted() }
    }

    private func failIfAsked() throws {
        let fails = state.withLock { state in
            defer { state.failing = max(0, state.failing - 1) }
            return state.failing > 0
        }
        if fails { throw OperatorError("the vault is not available", code: "unavailable") }
    }

    func verify(freshly: Bool) async throws -> [SecretProblem] {
        if freshly { restart() }
        try failIfAsked()
        return unreadable.map { SecretProblem(name: $0, problem: "it is sealed with another key") }
    }

    func reseal() async throws -> Int {
        restart()
        try failIfAsked()
        return state.withLock { state in
            let stale = state.sealedWith.filter { $0.value != state.keys.last && state.keys.contains($0.value) }
            for name in stale.keys { state.sealedWith[name] = state.keys.last }
            return stale.count
        }
    }

    func status() async throws -> SecretsReport {
        SecretsReport(state: "open", backend: "keyed", epoch: 1, directory: places.directory)
    }

    func list(prefix: String) async throws -> [SecretKey] { [] }
    func reveal(_ key: SecretKey) async throws -> Secret { Secret("") }
    func export(_ keys: [SecretKey]) async throws -> [(key: SecretKey, value: Secret?)] { [] }
    func put(_ key: SecretKey, _ value: Secret) async throws {}
    func delete(_ key: SecretKey) async throws {}
}
