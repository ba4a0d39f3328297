/// Why the vault did not do what it was asked for. The sentence is for people and never holds a value.
package struct SecretsError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case notFound = "not_found"
        /// The backend will not let us: its policy, its permissions.
        case denied
        /// The backend is there and locked (an OpenBao that is sealed).
        case sealed
        /// Nobody answers: the worker restarts, the network is down, no backend is configured.
        case unavailable
        /// What is stored was changed, swapped or cut short.
        case corrupt
        case tooLarge = "too_large"
        /// Somebody else changed it at the same time.
        case conflict
        case invalid
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ sentence: String) {
        self.code = code
        description = sentence
    }
}
