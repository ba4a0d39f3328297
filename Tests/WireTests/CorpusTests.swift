import Corpus
import Foundation
import NIOCore
import SwiftProtobuf
import Testing

@testable import Wire

@Suite struct CorpusTests {
    private struct CutOff: Error, CustomStringConvertible {
        let description = "the rest is missing"
    }

    private func complaints<M: Message & Equatable>(_ corpus: String, _ type: M.Type, limit: Int) async throws
        -> [String]
    {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        let (decoder, fixed) = (TunnelFrameDecoder(limit: limit), options)
        return try await Corpus(corpus).complaints { bytes in
            var buffer = ByteBuffer(bytes: bytes)
            guard let message = try decoder.message(M.self, from: &buffer) else { throw CutOff() }
            let payload: [UInt8] = try message.serializedBytes(options: fixed)
            // What the encoder writes is the same message, in an order of its own.
            var written = try TunnelFrameEncoder(limit: .max).buffer(message)
            guard try TunnelFrameDecoder(limit: .max).message(M.self, from: &written) == message else { return [] }
            var frame = ByteBuffer(integer: UInt32(payload.count))
            frame.writeBytes(payload)
            return Array(buffer: frame)
        }
    }

    @Test func `whatever is said first on a tunnel connection is a hello or refused`() async throws {
        let complaints = try await complaints(
            "tunnel-hello",
            Vigo_Agent_V1_TunnelHello.self,
            limit: TunnelProtocol.helloLimit
        )
        #expect(complaints == [])
    }

    @Test func `whatever a server answers to a hello is read or refused`() async throws {
        let complaints = try await complaints(
            "tunnel-open",
            Vigo_Agent_V1_TunnelOpen.self,
            limit: TunnelProtocol.messageLimit
        )
        #expect(complaints == [])
    }

    @Test func `whatever an agent answers to that is read or refused`() async throws {
        let complaints = try await complaints(
            "tunnel-open-result",
            Vigo_Agent_V1_TunnelOpenResult.self,
            limit: TunnelProtocol.messageLimit
        )
        #expect(complaints == [])
    }

    @Test func `whatever a text frame holds is a control message or refused`() async throws {
        let complaints = try await Corpus("terminal-control").complaints { bytes in
            Array(try TerminalControl(parsing: bytes).encoded)
        }
        #expect(complaints == [])
    }

    @Test func `whatever a vault hands out is a list of values or refused`() async throws {
        let complaints = try await Corpus("secret-values").complaints { bytes in
            var written = ByteBuffer()
            let isWhole = bytes.withUnsafeBytes { bytes in
                SecretValues.read(bytes) { key, value in SecretValues.write(key, value, to: &written) }
            }
            guard isWhole else { throw CutOff() }
            return Array(buffer: written)
        }
        #expect(complaints == [])
    }
}
