import Agent

/// What `run` and `status` say on a machine that is no envoy yet.
enum Enrollment {
    static func missing(in directories: AgentDirectories) -> String {
        "This machine is not enrolled: there is no \(directories.config)/config. "
            + "Run: vigo register --server https://SERVER:8443"
    }
}
