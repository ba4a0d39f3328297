/// Why this machine did not become an envoy.
package enum RegistrationError: Error, CustomStringConvertible {
    case url(String)
    case proxy(String)
    case refused(status: Int, message: String)
    case answer(String)
    case file(String)

    package var description: String {
        switch self {
        case .url(let text): "'\(text)' is no server URL; expected https://host[:port]"
        case .proxy(let reason): reason
        case .refused(_, let message): message
        case .answer(let reason): "the server's answer cannot be used: \(reason)"
        case .file(let reason): reason
        }
    }

    /// As sysexits.h has it: 77 for a refusal, 75 for what may work later, 64 for what was asked wrongly.
    package var exitCode: Int32 {
        switch self {
        case .url, .proxy: 64
        case .refused(let status, _): status == 429 || status >= 500 ? 75 : 77
        case .answer: 76
        case .file: 73
        }
    }
}
