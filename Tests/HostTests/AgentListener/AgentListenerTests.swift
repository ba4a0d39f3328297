import Foundation
import GRPCCore
import Host
import NIOCore
import NIOPosix
import Testing
import Trust
import Wire

@Suite(.timeLimit(.minutes(1))) struct AgentListenerTests {
    @Test func `only a certificate of an active envoy of this server gets in`() async throws {
        try await FleetLab.run { lab in
            let stranger = try CertificateAuthority.create(name: "other", validity: .seconds(3600), now: Date())
            let enrolled = try await lab.enroll()
            let refused: [(String, LabEnvoy?)] = [
                ("none", nil),
                ("another CA's", try LabEnvoy(authority: stranger, id: enrolled.id)),
                ("one that never enrolled", try LabEnvoy(authority: lab.authority)),
                ("a pending one", try await lab.enroll("pending.example.com", status: .pending)),
                ("a revoked one", try await lab.enroll("revoked.example.com", status: .revoked)),
                (
                    "an expired one",
                    try await lab.enroll(
                        "old.example.com",
                        validity: .seconds(60),
                        now: Date().addingTimeInterval(-7200)
                    )
                ),
            ]
            for (name, envoy) in refused {
                let connection = try await lab.dial(as: envoy)
                #expect(await connection.isClosed(), "\(name)")
            }
            let accepted = try await lab.dial(as: enrolled)
            #expect(await !accepted.isClosed(within: .milliseconds(300)))
            try await lab.waitUntil { lab.registry.connections.count(of: enrolled.id) == 1 }
            try await accepted.channel.close()
        }
    }

    @Test func `a connection that speaks no known protocol is closed`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            #expect(try await lab.dial(as: envoy, alpn: ["http/1.1"]).isClosed())
            #expect(try await lab.dial(as: envoy, alpn: []).isClosed())
        }
    }

    @Test func `who says nothing is closed, before the handshake and before the hello`() async throws {
        try await FleetLab.run(silence: .milliseconds(300)) { lab in
            let envoy = try await lab.enroll()
            let silent = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: lab.port).get()
            let mute = try await lab.dial(as: envoy)
            #expect(await mute.isClosed(within: .seconds(20)))
            try await silent.closeFuture.get()
            // One byte at a time does not prolong it.
            let slow = try await lab.dial(as: envoy)
            try await slow.send(ByteBuffer(bytes: [0]))
            #expect(await slow.isClosed(within: .seconds(20)))
            try await lab.waitUntil { lab.unidentified.count == 0 }
        }
    }

    @Test func `nonsense instead of a handshake or of a hello is closed`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let raw = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: lab.port).get()
            try await raw.writeAndFlush(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
            try await raw.closeFuture.get()
            for nonsense in [[0, 0, 0x10, 1], [0, 0, 0, 1, 0xff], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff]] as [[UInt8]] {
                let connection = try await lab.dial(as: envoy)
                try await connection.send(ByteBuffer(bytes: nonsense))
                #expect(await connection.isClosed(), "\(nonsense)")
            }
        }
    }

    @Test func `unidentified connections are capped, and the cap lets go`() async throws {
        let cap = ConnectionLimit(limit: 3, limitPerSource: 3)
        try await FleetLab.run(silence: .seconds(6), unidentified: cap) { lab in
            let envoy = try await lab.enroll()
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            var held: [any Channel] = []
            for _ in 0..<3 { held.append(try await bootstrap.connect(host: "127.0.0.1", port: lab.port).get()) }
            try await lab.waitUntil { cap.count == 3 }
            #expect(try await lab.dial(as: envoy).isClosed(within: .seconds(4)))
            for channel in held { try await channel.closeFuture.get() }
            let request = try envoy.checkIn()
            _ = try await lab.call(as: envoy) { try await $0.checkIn(request) }
        }
    }

    @Test func `many envoys come and go`() async throws {
        try await FleetLab.run { lab in
            var envoys: [LabEnvoy] = []
            for number in 0..<8 { envoys.append(try await lab.enroll("web\(number).example.com")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for envoy in envoys {
                    group.addTask {
                        let request = try envoy.checkIn()
                        _ = try await lab.call(as: envoy) { try await $0.checkIn(request) }
                    }
                }
                try await group.waitForAll()
            }
            try await lab.waitUntil { lab.unidentified.count == 0 }
        }
    }
}
