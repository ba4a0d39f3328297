import Corpus
import Foundation
import PluginKit
import Testing

@testable import SSH

/// What an sshd, or something in its place, and the agent may say: read, or refused with a sentence.
@Suite(.serialized) struct `Foreign bytes` {
    private static let corpora = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Corpora")
    private static let ours = KeyExchangeOffer(
        keyExchange: ["curve25519-sha256"],
        hostKey: ["ssh-ed25519"],
        cipher: ["aes256-ctr"],
        mac: ["hmac-sha2-256"]
    )

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// What the operator is told, as an error whose description is what they read.
    private struct Told: Error, CustomStringConvertible {
        let description: String

        init(_ failure: SessionFailure) { description = failure.sentence }
    }

    private static func failure(
        _ stage: LoginFailure.Stage,
        _ kind: SSHError.Kind,
        _ change: (inout LoginFailure) -> Void
    ) -> Told {
        var failure = LoginFailure(
            stage: stage,
            error: SSHError(kind: kind, message: "error"),
            username: "dan",
            hello: ServerHello(),
            offer: ours
        )
        change(&failure)
        return Told(failure.failure)
    }

    @Test func `of the agent are host keys`() async throws {
        let complaints = try await Corpus("host-keys", in: Self.corpora).complaints { bytes in
            do {
                let keys = try PinnedHostKeys(Self.text(bytes))
                _ = keys.signatureAlgorithms
                return Array(keys.keys.map { "\($0.algorithm) \($0.base64)\n" }.joined().utf8)
            } catch let failure as SessionFailure { throw Told(failure) }
        }
        #expect(complaints == [])
    }

    @Test func `of the agent and the operator are settings`() async throws {
        let complaints = try await Corpus("settings", in: Self.corpora).complaints { bytes in
            let fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Self.text(Array($0)) }
            let names = [Settings.Name.username, Settings.Name.term, Settings.Name.command, Settings.Name.hostKeys]
            do {
                let settings = try Settings { name in
                    names.firstIndex(of: name).flatMap { $0 < fields.count ? fields[$0] : nil }
                }
                let keys = settings.hostKeys.keys.map { "\($0.algorithm) \($0.base64)\n" }.joined()
                return Array(
                    [settings.username, settings.term, settings.command ?? "", keys].joined(separator: "\0").utf8
                )
            } catch let failure as SessionFailure { throw Told(failure) }
        }
        #expect(complaints == [])
    }

    @Test func `of a server are its hello and its offer, in pieces of any size`() async throws {
        let complaints = try await Corpus("hello", in: Self.corpora).complaints { bytes in
            var hello = ServerHello()
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + 1 + bytes.count / 3)
                bytes[start..<end].withUnsafeBytes { hello.append($0) }
                start = end
            }
            guard let version = hello.version, let offer = hello.offer else {
                _ = Self.failure(.handshake, .other) { $0.hello = hello }
                throw Self.failure(.handshake, .disconnected) { $0.hello = hello }
            }
            if let disagreement = offer.disagreement(with: Self.ours) { throw Told(disagreement.failure) }
            return Array((hello.notices + [version]).map { $0 + "\r\n" }.joined().utf8) + Self.packet(offer)
        }
        #expect(complaints == [])
    }

    @Test func `of a server are a banner, which steers no terminal`() async throws {
        let complaints = try await Corpus("banners", in: Self.corpora).complaints { bytes in
            #expect(Printable.lines(Self.text(bytes)).unicodeScalars.count <= 2 * 16384 + 2)
            // Shown whole: what is cut is no longer the same when it is read again.
            let shown = Printable.lines(Self.text(bytes), most: .max)
            let allowed: Set<Unicode.Scalar> = ["\r", "\n", "\t"]
            #expect(
                shown.unicodeScalars.allSatisfy { scalar in
                    allowed.contains(scalar)
                        || ![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory)
                }
            )
            return Array(shown.utf8)
        }
        #expect(complaints == [])
    }

    @Test func `of a server are the signal that ended a program`() async throws {
        let complaints = try await Corpus("exit-signals", in: Self.corpora).complaints { bytes in
            switch RemoteExit(status: 0, signal: Self.text(bytes)) {
            case .status: return []
            case .signal(let name):
                #expect((1...16).contains(name.utf8.count))
                return Array("SIG\(name)".utf8)
            }
        }
        #expect(complaints == [])
    }

    @Test func `of a server are its farewell, the methods that it would take, and what libssh2 makes of it`()
        async throws
    {
        for stage in [LoginFailure.Stage.handshake, .authentication, .channel, .session] {
            let complaints = try await Corpus("farewells", in: Self.corpora).complaints(mutations: 500) { bytes in
                let words = Self.text(bytes)
                throw Self.failure(stage, stage == .channel ? .other : .disconnected) {
                    $0.farewell = words
                    $0.error.message = words
                    $0.username = words
                }
            }
            #expect(complaints == [])
        }
        let complaints = try await Corpus("farewells", in: Self.corpora).complaints(mutations: 500) { bytes in
            throw Self.failure(.authentication, .authenticationRefused) {
                $0.methods = Self.text(bytes).split(separator: ",").map(String.init)
            }
        }
        #expect(complaints == [])
    }

    /// RFC 4253, 6 and 7.1.
    private static func packet(_ offer: KeyExchangeOffer) -> [UInt8] {
        func number(_ count: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } }
        let lists = [
            offer.keyExchange, offer.hostKey, offer.cipher, offer.cipher, offer.mac, offer.mac, [], [], [], [],
        ]
        var payload: [UInt8] = [20] + [UInt8](repeating: 0, count: 16)
        for list in lists {
            let names = Array(list.joined(separator: ",").utf8)
            payload += number(names.count) + names
        }
        payload += [0, 0, 0, 0, 0]
        return number(payload.count + 5) + [4] + payload + [0, 0, 0, 0]
    }
}
