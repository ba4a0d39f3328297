import ArgumentParser
import Glibc
import Operator

/// Why a command ends without success: a sentence on stderr and an exit code.
struct Failure {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    func exit(arguments: [String]) -> Never {
        let code = Vigocli.exitCode(for: error)
        if let error = error as? OperatorError {
            Self.end(error.description, code: Self.opensSession(arguments) ? SessionOutcome.failed : 1)
        }
        // Help and version are asked for: ArgumentParser prints them on stdout.
        guard !code.isSuccess, !(error is ExitCode) else { Vigocli.exit(withError: error) }
        // The message quotes the arguments, which may have come from elsewhere.
        let lines = Vigocli.fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
        StandardError.line(lines.map { $0.isEmpty ? "" : Shown.text(String($0)) }.joined(separator: "\n"))
        // 64 could be the remote shell's; a session that never began is 255.
        Glibc.exit(Self.opensSession(arguments) ? SessionOutcome.failed : code.rawValue)
    }

    private static func end(_ sentence: String, code: Int32) -> Never {
        StandardError.line("vigocli: \(Shown.text(sentence))")
        Glibc.exit(code)
    }

    /// Whether the exit code is to be that of a session.
    private static func opensSession(_ arguments: [String]) -> Bool {
        let words = arguments.dropFirst().prefix(2)
        return words.first == "scrier" && ["ssh", "connect", "attach"].contains(words.last)
    }
}
