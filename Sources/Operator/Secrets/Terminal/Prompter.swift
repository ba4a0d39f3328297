package import Trust

/// Whoever sits at the terminal, and is asked.
package protocol Prompter: AnyObject {
    /// A line of what the command was asked for.
    func say(_ line: String)
    /// What is typed does not show.
    func askHidden(_ prompt: String) throws(OperatorError) -> Secret
    func ask(_ prompt: String) throws(OperatorError) -> String
}

extension Prompter {
    /// A new passphrase or value, typed twice alike. After three tries it is given up.
    /// What `check` refuses is refused before it is typed again in vain.
    func askTwice(
        _ prompt: String,
        _ confirmation: String,
        what: String,
        check: (Secret) throws(OperatorError) -> Void = { (_) throws(OperatorError) in }
    ) throws(OperatorError) -> Secret {
        for attempt in 1...3 {
            let first = try askHidden(prompt)
            guard first.count > 0 else { throw OperatorError("nothing was typed; nothing was changed") }
            try check(first)
            if first.matches(try askHidden(confirmation)) { return first }
            if attempt < 3 { say("  The two are not the same. Once more.") }
        }
        throw OperatorError("the \(what) was not typed twice alike; nothing was changed")
    }

    func askNewPassphrase(
        _ prompt: String,
        check: (Secret) throws(OperatorError) -> Void = { (_) throws(OperatorError) in }
    ) throws(OperatorError) -> Secret {
        try askTwice(prompt, "Confirm passphrase: ", what: "passphrase", check: check)
    }
}
