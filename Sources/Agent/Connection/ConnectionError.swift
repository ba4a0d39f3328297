/// Why there is no connection to the server.
package enum ConnectionError: Error, CustomStringConvertible {
    case unreachable(ServerAddress, String)
    /// Nobody listens on the port.
    case refused(ServerAddress)
    case proxySetting(String)
    case proxy(ServerAddress, String)
    case handshake(ServerAddress, String)
    case certificate(ServerAddress, String)
    case protocolRefused(ServerAddress, String)

    package var description: String {
        switch self {
        case .unreachable(let address, let reason): "cannot connect to \(address): \(reason)"
        case .refused(let address): "cannot connect to \(address): nobody listens there (connection refused)"
        case .proxySetting(let reason): reason
        case .proxy(let address, let reason): "the proxy \(address) does not connect us: \(reason)"
        case .handshake(let address, let reason): "no TLS with \(address): \(reason)"
        case .certificate(let address, let reason): "the certificate of \(address) is not trusted: \(reason)"
        case .protocolRefused(let address, let name): "\(address) does not speak \(name)"
        }
    }
}
