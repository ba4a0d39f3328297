import Broker
import Foundation
import Logging
import Store
import Synchronization
import Testing

@testable import Host

@Suite struct VaultWatchTests {
    private final class Heard: Sendable {
        let lines = Mutex<[String]>([])
        let opened = Mutex(0)
        var logger: Logger {
            Logger(label: "test") { label in
                LogLine(label: label, format: .logfmt, level: .info) { line in self.lines.withLock { $0.append(line) } }
            }
        }
        func take() -> [String] {
            lines.withLock { lines in
                defer { lines = [] }
                return lines
            }
        }
    }

    private func world(_ vault: FakeVault) async throws -> (VaultWatch, Store, Heard) {
        let (store, heard) = (try Store.inMemory(), Heard())
        let epoch = try await SecretsEpoch(store: store, logger: APIWorld.quiet)
        let watch = VaultWatch(vault, epoch: epoch, store: store, logger: heard.logger) {
            heard.opened.withLock { $0 += 1 }
        }
        return (watch, store, heard)
    }

    @Test func `a vault that is not there is one warning, which says why`() async throws {
        let vault = FakeVault()
        vault.become(.unavailable)
        let (watch, store, heard) = try await world(vault)
        for _ in 0..<5 { await watch.look() }
        let lines = heard.take()
        #expect(lines.count == 1 && lines[0].contains("level=warning") && lines[0].contains("told to be"))
        #expect(try await store.auditHead().sequence == 0)
        vault.become(.open)
        for _ in 0..<5 { await watch.look() }
        #expect(heard.take().filter { $0.contains("the vault is open") }.count == 1)
        #expect(heard.opened.withLock { $0 } == 1)
        #expect(try await store.auditRecords(after: 0).map(\.action) == ["vault.opened"])
    }

    @Test func `one that fails while the server runs is recorded, and not at each blink`() async throws {
        let vault = FakeVault()
        let (watch, store, _) = try await world(vault)
        let start = Date()
        for second in 0..<50 {
            vault.become(second.isMultiple(of: 2) ? .open : .unavailable)
            await watch.look(at: start.addingTimeInterval(TimeInterval(second * 10)))
        }
        let records = try await store.auditRecords(after: 0)
        #expect(records.filter { $0.action == "vault.unavailable" }.count == 1)
        #expect(records.first?.details["explanation"] == "told to be")
        // An end for each failure that is on record, and no more.
        #expect(records.filter { $0.action == "vault.opened" }.count == 1)
    }
}
