/// One agent binary that the server hands out.
package struct AgentBinary: Sendable, Equatable {
    package let platform: AgentPlatform
    package let path: String
    package let version: String
    package let size: Int
    /// Hexadecimal.
    package let sha256: String
    /// The distribution's signature; empty for a build without a key, which an agent never updates itself to.
    package let signature: String
}
