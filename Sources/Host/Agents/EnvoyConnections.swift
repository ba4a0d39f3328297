package import Foundation
package import NIOCore
import NIOSSL
import Synchronization

/// Which envoy speaks on which open connection of port 1530: filled after the handshake, emptied on close.
///
/// gRPC tells a service only the two addresses of a connection; both together name it, where the remote one alone
/// would not on a server with several addresses.
package final class EnvoyConnections: Sendable {
    private struct State {
        var envoys: [String: UUID] = [:]
        var channels: [UUID: [ObjectIdentifier: any Channel]] = [:]
        /// Those that carry calls, oldest first.
        var calling: [UUID: [Calling]] = [:]
    }

    private struct Calling {
        let channel: any Channel
        /// Of the certificate that it was made with.
        let serial: String
    }

    /// An agent has one connection for calls, and for a moment those that it does not know to be dead.
    static let callingLimit = 8

    private let state = Mutex(State())

    package init() {}

    /// Remembers who is at the other end of `channel` until it closes.
    package func add(_ channel: any Channel, of envoy: UUID) {
        let name = Self.name(remote: Self.describe(channel.remoteAddress), local: Self.describe(channel.localAddress))
        let id = ObjectIdentifier(channel)
        state.withLock {
            $0.envoys[name] = envoy
            $0.channels[envoy, default: [:]][id] = channel
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock {
                $0.envoys[name] = nil
                $0.channels[envoy]?[id] = nil
                if $0.channels[envoy]?.isEmpty == true { $0.channels[envoy] = nil }
            }
        }
    }

    /// Remembers a connection for calls. The oldest of too many is closed: an agent that dials anew must get through, and
    /// one that somebody took over must not use the server up.
    package func addCalling(_ channel: any Channel, of envoy: UUID, by serial: String) {
        add(channel, of: envoy)
        let surplus = state.withLock { state -> (any Channel)? in
            state.calling[envoy, default: []].append(Calling(channel: channel, serial: serial))
            guard state.calling[envoy, default: []].count > Self.callingLimit else { return nil }
            return state.calling[envoy]?.removeFirst().channel
        }
        surplus?.close(promise: nil)
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock {
                $0.calling[envoy]?.removeAll { $0.channel === channel }
                if $0.calling[envoy]?.isEmpty == true { $0.calling[envoy] = nil }
            }
        }
    }

    /// The envoy on the connection with these addresses, as gRPC writes them.
    package func envoy(remote: String, local: String) -> UUID? {
        state.withLock { $0.envoys[Self.name(remote: remote, local: local)] }
    }

    package func count(of envoy: UUID) -> Int {
        state.withLock { $0.channels[envoy]?.count ?? 0 }
    }

    /// Closes everything that the envoy has open, tunnels included.
    package func close(_ envoy: UUID) {
        let channels = state.withLock { $0.channels[envoy].map { Array($0.values) } ?? [] }
        for channel in channels { Self.cut(channel) }
    }

    /// Closes the connections for calls that were made with another certificate.
    package func closeCalls(of envoy: UUID, exceptBy serial: String) {
        let superseded = state.withLock { $0.calling[envoy, default: []].filter { $0.serial != serial } }
        for calling in superseded { Self.cut(calling.channel) }
    }

    package func closeAll() {
        let channels = state.withLock { $0.channels.values.flatMap(\.values) }
        for channel in channels { Self.cut(channel) }
    }

    /// Closes the socket without TLS's farewell: a peer that does not answer it would keep the connection for seconds.
    private static func cut(_ channel: any Channel) {
        channel.eventLoop.execute {
            if let tls = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
                tls.close(promise: nil)
            } else {
                channel.close(promise: nil)
            }
        }
    }

    private static func name(remote: String, local: String) -> String { "\(remote) \(local)" }

    /// An address in gRPC's notation.
    private static func describe(_ address: SocketAddress?) -> String {
        switch address {
        case .v4(let ip): "ipv4:\(ip.host):\(address?.port ?? 0)"
        case .v6(let ip): "ipv6:[\(ip.host)]:\(address?.port ?? 0)"
        case .unixDomainSocket, nil: "<unknown>"
        }
    }
}
