import Broker
import Foundation
import NIOCore
import Store
import Testing
import Wire
import WorkerProtocol

@testable import Host

/// From the request to the row: what is recorded, and what happens when that cannot be.
@Suite struct RecordedSessionTests {
    private static let connect = #"{"envoy_id": "web3", "protocol": "echo", "port": 22"#

    private func world(minimumFree: UInt64 = 0) async throws -> (APIWorld, Target) {
        let target = try await Target()
        var recording = ServerConfiguration.Recording()
        recording.isEnabled = true
        recording.minimumFree = minimumFree
        return (try await APIWorld(tunnels: FakeTunnels(.reach(target.address)), recording: recording), target)
    }

    @Test func `a session's output is in a file whose digest is in the row and in the audit log`() async throws {
        let (world, target) = try await world()
        try await world.test { client in
            let opened = try await client.send(.post, "/api/v1/scrier/connect", Self.connect + "}")
                .decode(ConnectResponse.self)
            #expect(opened.recorded == true)
            #expect(await eventually { world.workers.worker?.told.started != nil })
            let worker = try #require(world.workers.worker)
            worker.say(.ready)
            worker.show("the word ")
            worker.show("on the screen")
            #expect(await eventually { world.sessions.session(opened.sessionID)?.lifecycle.state == .ready })
            worker.finish(.init(status: -1, exitStatus: 0))
            await world.sessions.session(opened.sessionID)?.finished()
            let row = try #require(try await world.store.session(opened.sessionID))
            #expect(row.recordingState == .finished && row.recordingSHA256?.count == 64)
            let text = try String(contentsOfFile: world.recordings.path(row)!, encoding: .utf8)
            #expect(
                text.contains("the word ") && text.contains("on the screen") && text.contains("admin on web3 (echo)")
            )
            #expect(try await world.recordings.verdict(row) == .verified)
            let end = try #require(
                try await world.store.auditRecords(after: 0).last { $0.action == "scrier.disconnect" }
            )
            #expect(end.details["recording_sha256"] == row.recordingSHA256)
        }
        _ = target
    }

    @Test func `with a disk that is nearly full it is refused with a sentence, and break-glass is audited`()
        async throws
    {
        let (world, target) = try await world(minimumFree: .max)
        try await world.test { client in
            let refused = try await client.send(.post, "/api/v1/scrier/connect", Self.connect + "}")
            #expect(refused.status == 507 && refused.error?.code == "recording_unavailable")
            #expect(refused.error?.message.contains("nearly full") == true)
            #expect(refused.error?.message.contains("--without-recording") == true)
            let silent = try await client.send(
                .post,
                "/api/v1/scrier/connect",
                Self.connect + #", "without_recording": true, "reason": " "}"#
            )
            #expect(silent.status == 400)
            let opened = try await client.send(
                .post,
                "/api/v1/scrier/connect",
                Self.connect + #", "without_recording": true, "reason": "the disk is full"}"#
            ).decode(ConnectResponse.self)
            #expect(opened.recorded == false)
            let record = try #require(
                try await world.store.auditRecords(after: 0).last { $0.action == "recording.bypassed" }
            )
            #expect(record.details["reason"] == "the disk is full" && record.subject == opened.sessionID.lowercased)
            #expect(try await world.store.session(opened.sessionID)?.recordingState == .bypassed)
        }
        _ = target
    }

    @Test func `a session that ends before anything was shown leaves no recording behind`() async throws {
        var recording = ServerConfiguration.Recording()
        recording.isEnabled = true
        recording.minimumFree = 0
        let world = try await APIWorld(recording: recording)
        try await world.test { client in
            let opened = try await client.send(.post, "/api/v1/scrier/connect", Self.connect + "}")
                .decode(ConnectResponse.self)
            _ = try await client.send(.delete, "/api/v1/scrier/sessions/\(opened.sessionID.lowercased)")
            await world.sessions.session(opened.sessionID)?.finished()
            #expect(try await world.store.session(opened.sessionID)?.recordingState == nil)
            #expect(try await world.store.recordings(.init()).isEmpty)
        }
    }
}
