import Testing
import Trust

@testable import Agent

@Suite struct HeldSecretsTests {
    private let a = SecretKey("a")!
    private let b = SecretKey("b")!

    private func text(_ secrets: HeldSecrets) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: secrets.values.map { key, value in
                (key.description, value.withBytes { String(decoding: $0, as: UTF8.self) })
            }
        )
    }

    @Test func `what is held stays for its epoch, and goes with it`() {
        var held = HeldSecrets()
        #expect(held.hear(epoch: 5, entitled: [a, b]) == .none)
        #expect(held.missing(of: [a, b]) == [a, b])
        #expect(held.take([a: Secret("1"), b: Secret("2")], epoch: 5) == .none)
        #expect(held.hear(epoch: 5, entitled: [a, b]) == .none && held.missing(of: [a, b]).isEmpty)
        #expect(held.hear(epoch: 6, entitled: [a, b]) == .dropped)
        #expect(held.values.isEmpty && held.missing(of: [a, b]) == [a, b])
    }

    @Test func `an epoch that is over brings nothing back`() {
        var held = HeldSecrets()
        _ = held.take([a: Secret("old")], epoch: 5)
        _ = held.take([a: Secret("new")], epoch: 6)
        #expect(held.take([a: Secret("old")], epoch: 5) == .past)
        #expect(held.hear(epoch: 5, entitled: []) == .past)
        #expect(held.epoch == 6 && text(held) == ["a": "new"])
    }

    @Test func `what the policy does not speak of any more is let go`() {
        var held = HeldSecrets(epoch: 5, values: [a: Secret("1"), b: Secret("2")])
        #expect(held.hear(epoch: 5, entitled: [b]) == .dropped)
        #expect(text(held) == ["b": "2"])
    }

    @Test func `values of a later epoch than was asked for replace all that is held`() {
        var held = HeldSecrets(epoch: 5, values: [a: Secret("1"), b: Secret("2")])
        #expect(held.take([a: Secret("3")], epoch: 7) == .dropped)
        #expect(held.epoch == 7 && text(held) == ["a": "3"] && held.missing(of: [a, b]) == [b])
    }
}
