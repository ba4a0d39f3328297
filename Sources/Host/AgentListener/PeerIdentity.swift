/// Whose certificate a connection's handshake proved. Filled by the verification, read when the handshake is done; on
/// the connection's event loop only. A handshake that was not verified here leaves it empty, and is refused.
final class PeerIdentity {
    var peer: EnvoyAdmission.Peer?
}
