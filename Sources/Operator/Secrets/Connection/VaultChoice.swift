/// By which way a vault is reached: the server that has it open, or by opening it ourselves.
enum VaultChoice: Equatable {
    case server(socket: String)
    case ourselves
    case refuse(OperatorError)

    /// What is known of an admin socket.
    enum Answer: Equatable {
        /// The vault of its server lies in this directory.
        case vault(directory: String)
        case noServer
        /// One that does not let us, or does not understand us.
        case refused(String)
    }

    /// - Parameters:
    ///   - isOurs: whether a path is the secrets directory that was asked for.
    ///   - isChosen: whether somebody named the socket, so that a server there is the one that is meant.
    ///   - isLocked: whether somebody has the vault open.
    static func make(
        _ answers: [(socket: String, answer: Answer)],
        directory: String,
        isChosen: Bool,
        isLocked: Bool,
        isOurs: (String) -> Bool
    ) -> VaultChoice {
        for (socket, answer) in answers {
            if case .vault(let other) = answer, isOurs(other) { return .server(socket: socket) }
        }
        for (socket, answer) in answers where isChosen || isLocked {
            switch answer {
            case .vault(let other) where isChosen:
                return .refuse(
                    OperatorError(
                        "the server at \(socket) keeps its secrets in \(other): pass --secrets-dir \(other)",
                        code: "other_vault"
                    )
                )
            case .refused(let sentence): return .refuse(OperatorError(sentence))
            case .vault, .noServer: break
            }
        }
        guard isLocked else { return .ourselves }
        return .refuse(
            OperatorError(
                "another program has the vault \(directory) open, and no server's admin socket was found for it: set VIGO_ADMIN_SOCKET",
                code: "in_use"
            )
        )
    }
}
