import Testing

@testable import Operator

@Suite struct VaultChoiceTests {
    private func choose(
        _ answers: [(String, VaultChoice.Answer)],
        isChosen: Bool = false,
        isLocked: Bool = false
    ) -> VaultChoice {
        VaultChoice.make(
            answers.map { (socket: $0.0, answer: $0.1) },
            directory: "/srv/vigo/secrets",
            isChosen: isChosen,
            isLocked: isLocked,
            isOurs: { $0 == "/srv/vigo/secrets" }
        )
    }

    private func code(_ choice: VaultChoice) -> String? {
        guard case .refuse(let error) = choice else { return nil }
        return error.code ?? "none"
    }

    @Test func `a server that has the vault open is asked, wherever its socket is`() {
        let ours = VaultChoice.Answer.vault(directory: "/srv/vigo/secrets")
        #expect(choose([("a", .noServer), ("b", ours)], isLocked: true) == .server(socket: "b"))
        // Its worker may be down just now.
        #expect(choose([("a", ours), ("b", .noServer)]) == .server(socket: "a"))
    }

    @Test func `where no server has it, we open it ourselves`() {
        #expect(choose([("a", .noServer), ("b", .noServer)]) == .ourselves)
        #expect(choose([("a", .vault(directory: "/elsewhere")), ("b", .noServer)]) == .ourselves)
        #expect(choose([("a", .refused("not yours"))]) == .ourselves)
        #expect(choose([("a", .noServer)], isChosen: true) == .ourselves)
    }

    @Test func `a vault that somebody else has open is left alone`() {
        #expect(code(choose([("a", .noServer)], isLocked: true)) == "in_use")
        #expect(code(choose([("a", .vault(directory: "/elsewhere"))], isLocked: true)) == "in_use")
        let refused = choose([("a", .refused("a is for root only"))], isLocked: true)
        #expect(refused == .refuse(OperatorError("a is for root only")))
    }

    @Test func `a server that was named, and has another vault, is not passed over`() {
        let other = choose([("a", .vault(directory: "/elsewhere"))], isChosen: true)
        #expect(code(other) == "other_vault")
        #expect(code(choose([("a", .refused("too old"))], isChosen: true)) == "none")
    }
}
