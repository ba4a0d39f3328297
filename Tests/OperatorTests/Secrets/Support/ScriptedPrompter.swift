import Trust

@testable import Operator

/// Types what a test says, and keeps what was shown: the lines said, and the prompts as they stand before an answer.
final class ScriptedPrompter: Prompter {
    private var answers: [String]
    private(set) var transcript: [String] = []

    init(_ answers: [String] = []) { self.answers = answers }

    func say(_ line: String) { transcript.append(line) }

    func askHidden(_ prompt: String) throws(OperatorError) -> Secret { Secret(try answer(prompt)) }
    func ask(_ prompt: String) throws(OperatorError) -> String { try answer(prompt) }

    private func answer(_ prompt: String) throws(OperatorError) -> String {
        transcript.append(prompt)
        guard !answers.isEmpty else { throw OperatorError("nothing was typed") }
        return answers.removeFirst()
    }
}
