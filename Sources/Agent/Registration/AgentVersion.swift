import Wire

/// The version of this program.
package enum AgentVersion {
    package static let current = Release.version
}
