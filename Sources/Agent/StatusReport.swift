/// What `vigo status` prints.
package struct StatusReport {
    let envoyID: String
    let server: String
    let directories: AgentDirectories

    /// Nil when this machine is no envoy.
    package init?(directories: AgentDirectories) throws {
        let file = directories.configurationFile
        guard PrivateFile.exists(file) else { return nil }
        let configuration = try AgentConfiguration(parsing: PrivateFile.text(file), file: file)
        envoyID = configuration.envoyID
        server = configuration.agentAddress.description
        self.directories = directories
    }

    package var text: String {
        """
        Envoy ID:         \(envoyID)
        Server:           \(server)
        Data directory:   \(directories.config)
        State store:      \(directories.state)

        Policy:
          Cached:         no

        """
    }
}
