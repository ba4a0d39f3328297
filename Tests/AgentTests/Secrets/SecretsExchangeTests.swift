import Crypto
import Foundation
import Testing
import Trust
import Wire

@testable import Agent

@Suite struct SecretsExchangeTests {
    private let server = EnvoyIdentity()
    private let exchange: SecretsExchange
    private let keys = [SecretKey("a")!, SecretKey("b/c")!]

    init() {
        exchange = SecretsExchange(
            envoy: "63dfa092-5262-44ac-b04b-1533c709ab42",
            identity: EnvoyIdentity(),
            serverKey: server.publicKey
        )
    }

    private func answer(
        to request: Vigo_Agent_V1_Signed,
        by signer: EnvoyIdentity? = nil,
        context: SignatureContext = .resolvedSecrets,
        _ change: (inout Vigo_Agent_V1_ResolvedSecrets) -> Void = { _ in }
    ) throws -> Vigo_Agent_V1_Signed {
        var message = Vigo_Agent_V1_ResolvedSecrets()
        message.answers = Data(SHA256.hash(data: request.payload))
        message.secretsEpoch = 7
        message.secrets = keys.map { key in
            .with {
                $0.reference = key.description
                $0.value = Data("value of \(key)".utf8)
            }
        }
        change(&message)
        var signed = Vigo_Agent_V1_Signed()
        signed.payload = try message.serializedData()
        signed.signature = Data(try (signer ?? server).sign(signed.payload, context: context))
        return signed
    }

    @Test func `a request says who asks for what, and never the same twice`() throws {
        let request = try exchange.request(keys, epoch: 7, now: 1000)
        let message = try Vigo_Agent_V1_ResolveSecrets(serializedBytes: request.payload)
        #expect(message.references == ["a", "b/c"] && message.secretsEpoch == 7 && message.time == 1000)
        #expect(message.envoyID == exchange.envoy && message.nonce.count == 32)
        #expect(
            EnvoyIdentity.isValid(
                request.signature,
                for: request.payload,
                context: .resolveSecrets,
                publicKey: exchange.identity.publicKey
            )
        )
        #expect(try exchange.request(keys, epoch: 7, now: 1000).payload != request.payload)
    }

    @Test func `all go into one call, unless they are more than one call takes`() {
        let keys = (0..<1000).map { SecretKey("key/\($0)")! }
        #expect(SecretsExchange.batch(Array(keys.prefix(200))).count == 200)
        #expect(SecretsExchange.batch(keys).count == 256)
        let long = (0..<200).map {
            SecretKey(String(repeating: "x", count: 190) + "/" + String(repeating: "y", count: 190) + "/\($0)")!
        }
        let batch = SecretsExchange.batch(long)
        #expect(batch.count > 100 && batch.reduce(0) { $0 + $1.description.utf8.count } <= 48 << 10)
    }

    @Test func `a good answer gives what was asked for, of its epoch or a later one`() throws {
        let request = try exchange.request(keys, epoch: 7, now: 1000)
        let held = try exchange.verify(try answer(to: request) { $0.secretsEpoch = 9 }, to: request)
        #expect(held.epoch == 9 && held.values[keys[1]]?.matches(Array("value of b/c".utf8)) == true)
    }

    @Test func `an answer that is replayed, foreign, older or incomplete is not believed`() throws {
        let request = try exchange.request(keys, epoch: 7, now: 1000)
        let other = try exchange.request(keys, epoch: 7, now: 1000)
        let wrong: [(Vigo_Agent_V1_Signed, SecretsExchange.Failure)] = [
            (try answer(to: other), .foreign), (try answer(to: request, by: exchange.identity), .signature),
            (try answer(to: request, context: .checkInAnswer), .signature),
            (try answer(to: request) { $0.secretsEpoch = 6 }, .old),
            (try answer(to: request) { $0.secrets.removeLast() }, .incomplete),
            (try answer(to: request) { $0.secrets.reverse() }, .incomplete),
            (try answer(to: request) { $0.secrets[0].reference = "../a" }, .incomplete),
            (try answer(to: request) { $0.secrets.append($0.secrets[0]) }, .incomplete),
        ]
        for (answer, failure) in wrong {
            #expect(throws: failure) { try exchange.verify(answer, to: request) }
        }
        var nonsense = Vigo_Agent_V1_Signed()
        nonsense.payload = Data([0xff, 0xff])
        nonsense.signature = Data(try server.sign(nonsense.payload, context: .resolvedSecrets))
        #expect(throws: SecretsExchange.Failure.nonsense) { try exchange.verify(nonsense, to: request) }
    }
}
