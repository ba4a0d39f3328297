/// Why an ssh-agent is of no help.
package enum SSHAgentError: Error, Equatable, CustomStringConvertible {
    case unreachable(String)
    case silent
    /// It answered that it will not.
    case refused
    case nonsense

    package var description: String {
        switch self {
        case .unreachable(let reason): "it cannot be reached: \(reason)"
        case .silent: "it did not answer in time"
        case .refused: "it refused"
        case .nonsense: "its answer makes no sense"
        }
    }
}
