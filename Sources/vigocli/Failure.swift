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
        guard !code.isSuccess, !(error is ExitCode), Self.opensSession(arguments) else {
            Vigocli.exit(withError: error)
        }
        // 64 could be the remote shell's; a session that never began is 255.
        StandardError.line(Vigocli.fullMessage(for: error))
        Glibc.exit(SessionOutcome.failed)
    }

    private static func end(_ sentence: String, code: Int32) -> Never {
        StandardError.line("vigocli: \(Shown.text(sentence))")
        Glibc.exit(code)
    }

    /// Whether the exit code is to be that of a session.
    private static func opensSession(_ arguments: [String]) -> Bool {
        let words = arguments.dropFirst().prefix(2)
        return words.first == "scrier" && (words.last == "ssh" || words.last == "connect")
    }
}
