/// The names and bounds of a tunnel connection's opening, the same on both sides.
package enum TunnelProtocol {
    /// What both sides offer by ALPN: beside "h2" on the same port.
    package static let alpn = "vigo-tunnel/1"
    /// A hello is read from a peer that has proved nothing but its certificate.
    package static let helloLimit = 4 * 1024
    package static let messageLimit = 64 * 1024
}
