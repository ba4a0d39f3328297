import Foundation
import GRPCCore
import Host
import NIOCore
import Testing
import Wire

/// What no agent says on port 1530, from a peer that has shown a good certificate.
@Suite(.timeLimit(.minutes(2))) struct AgentNonsenseTests {
    /// The port still serves whoever makes sense.
    private func expectWell(_ lab: FleetLab, _ envoy: LabEnvoy) async throws {
        let request = try envoy.checkIn()
        _ = try await lab.call(as: envoy) { try await $0.checkIn(request) }
    }

    @Test func `bytes that are no HTTP/2 are closed`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
            let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
            let nonsense: [(String, [UInt8])] = [
                ("HTTP/1.1", Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)),
                ("a preface for another version", Array("PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n".utf8)),
                ("noise", preface.map { ~$0 }),
                ("data before settings", preface + [0, 0, 1, 0, 0, 0, 0, 0, 1, 7]),
                ("a frame of 16 MiB", preface + settings + [0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]),
                ("headers of stream 0", preface + settings + [0, 0, 1, 1, 4, 0, 0, 0, 0, 0x82]),
                ("headers that are no HPACK", preface + settings + [0, 0, 3, 1, 4, 0, 0, 0, 1, 0xff, 0xff, 0xff]),
                ("a window of nothing", preface + settings + [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
                ("half a setting", preface + [0, 0, 3, 4, 0, 0, 0, 0, 0, 1, 2, 3]),
            ]
            for (name, bytes) in nonsense {
                let connection = try await lab.dial(as: envoy, alpn: ["h2"])
                try await connection.send(ByteBuffer(bytes: bytes))
                #expect(await connection.isClosed(), "\(name)")
            }
            try await expectWell(lab, envoy)
        }
    }

    private static let methods = [
        Vigo_Agent_V1_VigoAgent.Method.CheckIn.descriptor, Vigo_Agent_V1_VigoAgent.Method.RenewCertificate.descriptor,
    ]
    private static let messages: [(String, [UInt8])] = [
        ("nothing", []), ("noise", [UInt8](repeating: 0xff, count: 64)), ("a length past the end", [0x0a, 0x7f, 1]),
        ("another wire type", [0x08, 0x01]), ("an open group", [0x0b, 0x0b, 0x0b]),
        ("text", Array("{\"payload\":\"\"}".utf8)),
        ("more than 64 KiB", [UInt8](repeating: 0, count: 70_000)),
    ]

    @Test func `a call whose message makes no sense fails with a code, and changes nothing`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let before = try #require(try await lab.store.envoy(envoy.id))
            for method in Self.methods {
                for (name, bytes) in Self.messages {
                    let code = try await lab.rawCall(as: envoy, method, bytes)
                    #expect(code != nil && code != .deadlineExceeded, "\(method) with \(name): \(code as Any)")
                }
            }
            let record = try #require(try await lab.store.envoy(envoy.id))
            #expect(record.lastCheckInTime == 0 && record.certificateSerial == before.certificateSerial)
            #expect(try await lab.store.auditRecords(after: 0).isEmpty)
            try await expectWell(lab, envoy)
        }
    }

    @Test func `a method that does not exist is said to be none`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            for (service, method) in [
                ("vigo.agent.v1.VigoAgent", "Reboot"), ("grpc.reflection.v1.ServerReflection", "X"), ("", ""),
            ] {
                let descriptor = MethodDescriptor(fullyQualifiedService: service, method: method)
                let code = try await lab.rawCall(as: envoy, descriptor, [])
                #expect(code == .unimplemented || code == .invalidArgument, "\(service)/\(method): \(code as Any)")
            }
        }
    }

    @Test func `an AgentStream that speaks in any order is listened to, and wakes up all the same`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            var said: [Vigo_Agent_V1_AgentMessage] = []
            func say(_ change: (inout Vigo_Agent_V1_AgentMessage) -> Void) {
                var message = Vigo_Agent_V1_AgentMessage()
                change(&message)
                said.append(message)
            }
            say { _ in }
            say { $0.acknowledged.sessionID = "no session" }
            say { $0.acknowledged.sessionID = UUID().uuidString }
            for id in ["", "no session", UUID().uuidString, String(repeating: "x", count: 10_000)] {
                say {
                    $0.tunnelRefused.sessionID = id
                    $0.tunnelRefused.reason = "\u{1b}[2J" + String(repeating: "y", count: 10_000)
                }
            }
            for _ in 0..<300 { say { $0.hello.hostname = "another\u{0}name" } }
            let messages = said
            async let opening = lab.tunnelError(envoy.id)
            let answers = try await lab.stream(as: envoy, saying: messages, taking: 2)
            #expect(answers.first?.welcome.envoyID == envoy.id.uuidString.lowercased())
            #expect(answers.last?.tunnelRequest.token.count == 32)
            lab.registry.disconnect(envoy.id)
            _ = await opening
            #expect(try await lab.store.envoy(envoy.id)?.hostname == "web1.example.com")
        }
    }

    @Test func `an envoy refuses its own tunnels and nobody else's`() async throws {
        try await FleetLab.run { lab in
            let (envoy, other) = (try await lab.enroll(), try await lab.enroll("other.example.com"))
            let session = UUID()
            async let opening = lab.tunnelError(envoy.id, session: session)
            try await lab.waitUntil { lab.tunnels.sessions(of: envoy.id) == [session] }
            var refusal = Vigo_Agent_V1_AgentMessage()
            refusal.tunnelRefused.sessionID = session.uuidString
            refusal.tunnelRefused.reason = "not here\u{1b}[31m"
            let said = refusal
            _ = try await lab.stream(as: other, saying: [said], taking: 1)
            try await Task.sleep(for: .milliseconds(200))
            #expect(lab.tunnels.sessions(of: envoy.id) == [session])
            _ = try await lab.stream(as: envoy, saying: [said], taking: 2)
            let error = await opening
            #expect(error == TunnelError(.refused, "the agent refused the tunnel: not here [31m"))
        }
    }

    @Test func `an AgentStream that turns into noise ends, and the next one is welcome`() async throws {
        try await FleetLab.run { lab in
            let envoy = try await lab.enroll()
            let code = try await lab.rawStream(as: envoy, [UInt8](repeating: 0xff, count: 40))
            #expect(code != nil && code != .deadlineExceeded)
            try await lab.waitUntil { !lab.registry.isConnected(envoy.id) }
            #expect(try await lab.stream(as: envoy, taking: 1).count == 1)
        }
    }
}

/// Bytes as they are, in place of a message.
private struct RawBytes: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] {
        bytes.withUnsafeBytes { Array($0) }
    }
}

extension FleetLab {
    private static var patience: CallOptions {
        var options = CallOptions.defaults
        options.timeout = .seconds(10)
        return options
    }

    /// How a unary call with this payload fails; nil when it does not.
    func rawCall(as envoy: LabEnvoy, _ method: MethodDescriptor, _ payload: [UInt8]) async throws -> RPCError.Code? {
        try await withClient(as: envoy) { client in
            do {
                _ = try await client.unary(
                    request: ClientRequest(message: payload),
                    descriptor: method,
                    serializer: RawBytes(),
                    deserializer: RawBytes(),
                    options: Self.patience
                ) { try $0.message }
                return nil
            } catch let error as RPCError { return error.code }
        }
    }

    /// How an AgentStream ends whose first message is this.
    func rawStream(as envoy: LabEnvoy, _ payload: [UInt8]) async throws -> RPCError.Code? {
        try await withClient(as: envoy) { client in
            do {
                return try await client.bidirectionalStreaming(
                    request: StreamingClientRequest { writer in
                        try await writer.write(payload)
                        try await Task.sleep(for: .seconds(10))
                    },
                    descriptor: Vigo_Agent_V1_VigoAgent.Method.AgentStream.descriptor,
                    serializer: RawBytes(),
                    deserializer: RawBytes(),
                    options: Self.patience
                ) { response in
                    for try await _ in response.messages {}
                    return nil
                }
            } catch let error as RPCError { return error.code }
        }
    }
}
