import Foundation
import Store
import Synchronization
import Testing
import Trust

@testable import Host

@Suite struct SecretsEpochTests {
    private func epoch(_ store: Store, at seconds: TimeInterval) async throws -> SecretsEpoch {
        try await SecretsEpoch(store: store, logger: APIWorld.quiet, now: { Date(timeIntervalSince1970: seconds) })
    }

    @Test func `it grows with every change, and is remembered`() async throws {
        let store = try Store.inMemory()
        let first = try await epoch(store, at: 0)
        #expect(first.current == 0)
        #expect(await first.grow(why: .load) == 1)
        #expect(await first.grow(why: .set(SecretKey("a/b")!)) == 2)
        #expect(try await epoch(store, at: 0).current == 2)
    }

    @Test func `a database from a backup does not bring an old epoch back`() async throws {
        let lost = try Store.inMemory()
        let before = try await epoch(lost, at: 1_800_000_000)
        for _ in 0..<3 { await before.grow(why: .backend) }
        let restored = try await epoch(try Store.inMemory(), at: 1_800_000_100)
        #expect(await restored.grow(why: .load) > before.current)
    }

    @Test func `a clock that was put back does not make it shrink`() async throws {
        let store = try Store.inMemory()
        let ahead = await (try epoch(store, at: 2_000_000_000)).grow(why: .load)
        #expect(await (try epoch(store, at: 1000)).grow(why: .load) == ahead + 1)
    }

    @Test func `who must know is told why before the growing returns`() async throws {
        let epoch = try await epoch(try Store.inMemory(), at: 5)
        let heard = Mutex<[SecretsEpoch.Cause]>([])
        epoch.onGrowth { cause, _ in heard.withLock { $0.append(cause) } }
        await epoch.grow(why: .deleted(SecretKey("a")!))
        await epoch.grow(why: .backend)
        #expect(heard.withLock { $0 } == [.deleted(SecretKey("a")!), .backend])
    }

    @Test func `changes at once never share an epoch`() async throws {
        let epoch = try await epoch(try Store.inMemory(), at: 5)
        let seen = await withTaskGroup(of: UInt64.self) { group in
            for _ in 0..<50 { group.addTask { await epoch.grow(why: .backend) } }
            return await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(seen.count == 50 && seen.max() == epoch.current)
    }

    @Test func `a store that cannot be written does not keep agents on old values`() async throws {
        let directory = "\(NSTemporaryDirectory())vigo-epoch-\(UUID())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(path: "\(directory)/vigo.db")
        let epoch = try await epoch(store, at: 5)
        await epoch.grow(why: .load)
        let before = epoch.current
        try store.close()
        #expect(await epoch.grow(why: .backend) > before)
    }
}
