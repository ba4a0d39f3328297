import Foundation
import Logging
import Store
import Synchronization
import Testing
import Trust
import Wire

@testable import Host

@Suite struct SecretsResolutionTests {
    private struct World {
        let vault = FakeVault(["app/db": "one", "app/key": "two", "other": "three"])
        let store: Store
        let epoch: SecretsEpoch
        let resolution: SecretsResolution
        let web = EnvoyRecord(
            id: UUID(),
            hostname: "web1.example.com",
            identityKey: Data(),
            enrolledAt: Date(),
            status: .active
        )
        let db = EnvoyRecord(
            id: UUID(),
            hostname: "db1.example.com",
            identityKey: Data(),
            enrolledAt: Date(),
            status: .active
        )

        init() async throws {
            store = try Store.inMemory()
            epoch = try await SecretsEpoch(store: store, logger: APIWorld.quiet)
            await epoch.grow(why: .load)
            resolution = SecretsResolution(
                entitlements: SecretsResolutionTests.entitlements,
                vault: PatientVault(vault, sleep: { if $0 > .seconds(1) { try await Task.sleep(for: $0) } }),
                epoch: epoch,
                store: store,
                logger: APIWorld.quiet
            )
        }

        func ask(_ references: String..., as envoy: EnvoyRecord? = nil, at seconds: TimeInterval = 0) async throws
            -> Result<Vigo_Agent_V1_ResolvedSecrets, ResolveRefusal>
        {
            var request = Vigo_Agent_V1_ResolveSecrets()
            request.references = references
            return try await resolution.resolve(request, for: envoy ?? web, at: Date(timeIntervalSince1970: seconds))
        }

        func records(_ action: String) async throws -> [AuditRecord] {
            try await store.auditRecords(after: 0).filter { $0.action == action }
        }
    }

    static let entitlements = SecretEntitlements(rules: [
        .init(pattern: HostnamePattern("web*.example.com")!, keys: [SecretKey("app/db")!, SecretKey("app/key")!]),
        .init(pattern: HostnamePattern("*.example.com")!, keys: [SecretKey("app/key")!]),
        .init(pattern: HostnamePattern("db1.*")!, keys: [SecretKey("missing")!]),
    ])

    @Test func `an envoy may have what its own policy speaks of, and nothing else`() {
        #expect(Self.entitlements.keys(of: "web1.example.com").map(\.description) == ["app/db", "app/key"])
        #expect(Self.entitlements.keys(of: "WEB1.EXAMPLE.COM").count == 2)
        #expect(Self.entitlements.keys(of: "db1.example.com").map(\.description) == ["app/key", "missing"])
        #expect(Self.entitlements.keys(of: "elsewhere").isEmpty)
        #expect(Self.entitlements.decide(["app/key"], for: "db1.example.com") == .entitled([SecretKey("app/key")!]))
        #expect(
            Self.entitlements.decide(["app/key", "app/db", "../x"], for: "db1.example.com")
                == .refused(["app/db", "../x"])
        )
        #expect(
            PolicyCheck.missing(Self.entitlements, in: [SecretKey("app/db")!, SecretKey("app/key")!]).map(\.description)
                == ["missing"]
        )
    }

    @Test func `the bundle has placeholders and the epoch, never a value`() async throws {
        let world = try await World()
        let bundle = world.resolution.bundle(of: world.web)
        #expect(bundle.secrets == ["app/db", "app/key"].map { "__VIGO_SECRET__\($0)__END_VIGO_SECRET__" })
        #expect(bundle.secretsEpoch == world.epoch.current)
        #expect(world.vault.asked.isEmpty)
    }

    @Test func `values come in the order asked for, recorded once for an envoy and an epoch by their names`()
        async throws
    {
        let world = try await World()
        for _ in 0..<3 {
            let answer = try await world.ask("app/key", "app/db").get()
            #expect(answer.secrets.map(\.reference) == ["app/key", "app/db"])
            #expect(answer.secrets.map { String(decoding: $0.value, as: UTF8.self) } == ["two", "one"])
            #expect(answer.secretsEpoch == world.epoch.current)
        }
        _ = try await world.ask("app/key", as: world.db).get()
        await world.epoch.grow(why: .backend)
        _ = try await world.ask("app/db").get()
        _ = try await world.ask("app/db", "app/key").get()
        let records = try await world.records("secret.epoch_resolved")
        #expect(records.map { $0.details["references"] } == ["app/key app/db", "app/key", "app/db", "app/key"])
        #expect(records[0].actor == "envoy:web1.example.com" && records[0].subject == world.web.id.lowercased)
        #expect(!"\(records)".contains("two"))
    }

    @Test func `one that is not its own refuses all, and the audit log shows it`() async throws {
        let world = try await World()
        let answer = try await world.ask("app/key", "app/db", as: world.db)
        #expect(answer == .failure(.denied("this envoy's policy does not speak of app/db")))
        #expect(world.vault.asked.isEmpty)
        let record = try #require(try await world.records("secret.entitlement_denied").first)
        #expect(record.details["references"] == "app/db" && record.details["hostname"] == "db1.example.com")
    }

    @Test func `refusals are recorded so many times an hour`() async throws {
        let world = try await World()
        for _ in 0..<100 { _ = try await world.ask("other", at: 0) }
        #expect(try await world.records("secret.entitlement_denied").count == ResolutionRecords.refusals)
        guard case .failure(.tooMany) = try await world.ask("other", at: 1) else { return #expect(Bool(false)) }
        guard case .failure(.denied) = try await world.ask("other", at: 3600) else { return #expect(Bool(false)) }
    }

    @Test func `what the vault does not hold is named, and a vault that is away is not blamed on the policy`()
        async throws
    {
        let world = try await World()
        #expect(try await world.ask("missing", as: world.db) == .failure(.missing("the vault holds no secret missing")))
        world.vault.fail(.sealed)
        guard case .failure(.unavailable) = try await world.ask("app/key") else { return #expect(Bool(false)) }
        world.vault.fail(.unavailable)
        #expect(try await world.ask("app/key").get().secrets.count == 1)
    }

    @Test func `too many, none, and the same twice are nonsense`() async throws {
        let world = try await World()
        var request = Vigo_Agent_V1_ResolveSecrets()
        for references in [[], ["app/key", "app/key"], (0...256).map { "k\($0)" }] {
            request.references = references
            guard case .failure(.invalid) = try await world.resolution.resolve(request, for: world.web, at: Date())
            else {
                return #expect(Bool(false))
            }
        }
    }

    @Test func `what the policy names and the vault does not hold is an error in the log, with what helps`()
        async throws
    {
        let lines = Mutex<[String]>([])
        let logger = Logger(label: "test") { label in
            LogLine(label: label, format: .logfmt, level: .info) { line in lines.withLock { $0.append(line) } }
        }
        let vault = FakeVault(["app/db": "one", "app/key": "two"])
        let check = PolicyCheck(entitlements: Self.entitlements, provider: vault, logger: logger)
        await check.run()
        #expect(lines.withLock { $0.count } == 1)
        let line = lines.withLock { $0.first } ?? ""
        #expect(line.contains("level=error") && line.contains("secret=missing") && line.contains("pattern=db1.*"))
        #expect(line.contains("vigocli secrets set raw missing"))
        check.deleted(SecretKey("app/key")!)
        check.deleted(SecretKey("other")!)
        #expect(lines.withLock { $0.count } == 2)
    }

    @Test func `nothing goes out that cannot be recorded`() async throws {
        let world = try await World()
        try world.store.close()
        await #expect(throws: StoreError.self) { try await world.ask("app/key") }
    }
}
