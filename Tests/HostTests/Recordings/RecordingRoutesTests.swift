import Broker
import Foundation
import Hummingbird
import Testing
import Wire

@testable import Host
@testable import Store

@Suite struct RecordingRoutesTests {
    /// A finished recording, as a session leaves it.
    private func recorded(_ world: APIWorld, user: String = "dan", text: String = "hello") async throws -> UUID {
        let id = UUID()
        let now = Date()
        let name = RecordingName(session: id, startedAt: now).text
        let file = try RecordingFile(name, in: world.recordings.directory)
        try file.append(Array("{\"version\":2,\"width\":80,\"height\":24}\n[0.5,\"o\",\"\(text)\"]\n".utf8))
        let row = ScrierSessionRecord(
            id: id,
            envoy: world.envoy,
            hostname: "web3",
            protocolName: "ssh",
            port: 22,
            user: user,
            state: .waiting,
            createdAt: now,
            recording: name,
            recordingState: .recording
        )
        try await world.store.openSession(row, audit: [])
        let finished = FinishedRecording(isWhole: true, bytes: file.bytes, sha256: file.finish(), seconds: 0.5)
        try await world.store.endSession(
            Store.SessionEnding(id: id, state: .closed, reason: "done", endedAt: now, recording: finished),
            audit: [
                AuditEvent(.scrierDisconnect, actor: user, subject: id.lowercased, details: finished.auditDetails)
            ]
        )
        return id
    }

    private func path(_ id: UUID) -> String { "/api/v1/scrier/recordings/\(id.lowercased)" }

    private func file(_ id: UUID, in world: APIWorld) async throws -> String {
        world.recordings.path(try #require(try await world.store.session(id)))!
    }

    @Test func `a recording is listed, verified, fetched whole and in part, and that is audited once`() async throws {
        let world = try await APIWorld()
        let id = try await recorded(world)
        try await world.test { client in
            let listed = try await client.send(.get, "/api/v1/scrier/recordings?user=dan&envoy=WEB3", as: .compliance)
                .decode(Items<RecordingSummary>.self)
            #expect(listed.items.map(\.sessionID) == [id] && listed.items[0].verdict == nil)
            let none = try await client.send(.get, "/api/v1/scrier/recordings?user=eve")
                .decode(Items<RecordingSummary>.self)
            #expect(none.items.isEmpty)
            let shown = try await client.send(.get, path(id)).decode(RecordingSummary.self)
            #expect(shown.verdict == .verified && shown.duration == 0.5 && shown.state == .finished)
            let whole = try await client.send(.get, "\(path(id))/cast", as: .compliance)
            #expect(whole.status == 200 && whole.body.hasSuffix("[0.5,\"o\",\"hello\"]\n"))
            #expect(whole.headers[.contentType] == "application/x-asciicast")
            #expect(whole.headers[.contentDisposition] == "attachment; filename=\"\(id.lowercased).cast\"")
            let part = try await client.send(.get, "\(path(id))/cast", as: .compliance, headers: [.range: "bytes=1-9"])
            #expect(part.status == 206 && part.body == "\"version\"")
            #expect(part.headers[.contentRange] == "bytes 1-9/\(whole.body.utf8.count)")
            let views = try await world.store.auditRecords(after: 0).filter { $0.action == "recording.viewed" }
            #expect(views.map(\.actor) == ["compliance"] && views[0].subject == id.lowercased)
        }
    }

    @Test func `a changed file is altered, also when its row was changed with it, and a lost one is missing`()
        async throws
    {
        let world = try await APIWorld()
        let id = try await recorded(world)
        try await world.test { client in
            let file = try await file(id, in: world)
            var text = try String(contentsOfFile: file, encoding: .utf8)
            text = text.replacingOccurrences(of: "hello", with: "hullo")
            try text.write(toFile: file, atomically: false, encoding: .utf8)
            let altered = try await client.send(.get, path(id)).decode(RecordingSummary.self)
            #expect(altered.verdict == .altered)
            try await world.store.forge(id, sha256: RecordedFile.digest(file)!.sha256)
            let forged = try await client.send(.get, path(id)).decode(RecordingSummary.self)
            #expect(forged.verdict == .altered)
            try FileManager.default.removeItem(atPath: file)
            let missing = try await client.send(.get, path(id)).decode(RecordingSummary.self)
            #expect(missing.verdict == .missing)
            let answer = try await client.send(.get, "\(path(id))/cast")
            #expect(answer.status == 404 && answer.error?.code == "recording_missing")
        }
    }

    @Test func `a deletion is on record before the file goes, and only an admin's`() async throws {
        let world = try await APIWorld()
        let id = try await recorded(world)
        try await world.test { client in
            let file = try await file(id, in: world)
            let refused = try await client.send(.delete, path(id), as: .compliance)
            #expect(refused.status == 403)
            #expect(FileManager.default.fileExists(atPath: file))
            let deleted = try await client.send(.delete, path(id))
            #expect(deleted.status == 204)
            #expect(!FileManager.default.fileExists(atPath: file))
            let record = try #require(try await world.store.auditRecords(after: 0).last)
            #expect(record.action == "recording.deleted" && record.actor == "admin")
            #expect(record.details["recording_sha256"]?.count == 64)
            let shown = try await client.send(.get, path(id)).decode(RecordingSummary.self)
            #expect(shown.verdict == .deleted)
            let gone = try await client.send(.get, "\(path(id))/cast")
            #expect(gone.status == 410)
            let again = try await client.send(.delete, path(id))
            #expect(again.status == 409)
        }
    }

    @Test func `words on a screen find the recording with the lines, and searching is on record`() async throws {
        let world = try await APIWorld()
        let (id, other) = (try await recorded(world), try await recorded(world, user: "eve"))
        try await world.recordings.index!.append([ScreenLine(milliseconds: 1500, text: "permission denied")], of: id)
        try await world.recordings.index!.append([ScreenLine(milliseconds: 1, text: "permission granted")], of: other)
        try await world.test { client in
            let list = "/api/v1/scrier/recordings"
            let found = try await client.send(.get, "\(list)?query=denied%20permission", as: .compliance)
                .decode(Items<RecordingSummary>.self)
            #expect(found.items.map(\.sessionID) == [id])
            #expect(found.items[0].matches == [RecordedLine(time: 1.5, text: "permission denied")])
            let both = try await client.send(.get, "\(list)?query=permission&user=eve").decode(
                Items<RecordingSummary>.self
            )
            #expect(both.items.map(\.sessionID) == [other])
            let searched = try await world.store.auditRecords(after: 0).filter { $0.action == "recording.searched" }
            #expect(searched.map(\.actor) == ["compliance", "admin"])
            #expect(searched[0].details["found"] == "1")
            let text = try await client.send(.get, "\(path(id))/text?query=denied").decode(Items<RecordedLine>.self)
            #expect(text.items.count == 1)
            let page = try await client.send(.get, "\(path(id))/text?offset=1").decode(Items<RecordedLine>.self)
            #expect(page.items.isEmpty)
            let nonsense = try await client.send(.get, "\(list)?query=---")
            #expect(nonsense.status == 400)
            let viewer = try await client.send(.get, "\(list)?query=denied", as: .viewer)
            #expect(viewer.status == 403)
            _ = try await client.send(.delete, path(id))
            let gone = try await client.send(.get, "\(list)?query=denied").decode(Items<RecordingSummary>.self)
            #expect(gone.items.isEmpty)
        }
    }

    @Test(arguments: ["limit=0", "limit=x", "before=yesterday", "limit=100000"])
    func `a filter that makes no sense is refused`(query: String) async throws {
        let world = try await APIWorld()
        try await world.test { client in
            let answer = try await client.send(.get, "/api/v1/scrier/recordings?\(query)")
            #expect(answer.status == 400)
        }
    }

    @Test func `retention deletes the oldest, says why, and leaves what it may keep`() async throws {
        let world = try await APIWorld()
        let old = try await recorded(world)
        var recordings = world.recordings
        recordings.settings.days = 30
        let keeper = RecordingKeeper(recordings, logger: APIWorld.quiet)
        try await keeper.apply(at: Date().addingTimeInterval(29 * 86_400))
        #expect(try await world.store.session(old)?.recordingState == .finished)
        try await keeper.apply(at: Date().addingTimeInterval(31 * 86_400))
        #expect(try await world.store.session(old)?.recordingState == .deleted)
        let record = try #require(try await world.store.auditRecords(after: 0).last)
        #expect(record.actor == "vigosrv" && record.details["reason"] == "older than 30 days")
        await world.remove()
    }

    @Test func `what a crash left is finished at the next start`() async throws {
        let world = try await APIWorld()
        let id = UUID()
        let name = RecordingName(session: id, startedAt: Date()).text
        let file = try RecordingFile(name, in: world.recordings.directory)
        try file.append(Array("{\"version\":2,\"width\":80,\"height\":24}\n[2.5,\"o\",\"a\"]\n[3,\"o\",\"b".utf8))
        for (id, name) in [(id, name), (UUID(), RecordingName(session: UUID(), startedAt: Date()).text)] {
            let row = ScrierSessionRecord(
                id: id,
                envoy: world.envoy,
                hostname: "web3",
                protocolName: "ssh",
                port: 22,
                user: "dan",
                state: .ready,
                createdAt: Date(),
                recording: name,
                recordingState: .recording
            )
            try await world.store.openSession(row, audit: [])
        }
        _ = try await world.store.closeStaleSessions(reason: "crash")
        let keeping = try await RecordingKeeper(world.recordings, logger: APIWorld.quiet).start()
        #expect(await eventually { (try? await world.store.unfinishedRecordings().isEmpty) == true })
        keeping.cancel()
        let row = try #require(try await world.store.session(id))
        #expect(row.recordingState == .cutShort && row.recordingSeconds == 2.5)
        #expect(try await world.recordings.verdict(row) == .verified)
        await world.remove()
    }
}

extension Store {
    /// As somebody would who may write to the database.
    fileprivate func forge(_ session: UUID, sha256: String) async throws {
        try await write { database in
            guard var row = try ScrierSessionRecord.fetchOne(database, key: session.uuidString.lowercased()) else {
                return
            }
            row.recordingSHA256 = sha256
            try row.update(database)
        }
    }
}
