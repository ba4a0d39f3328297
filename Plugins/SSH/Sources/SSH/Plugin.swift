public import PluginKit

/// What the worker looks up in this library.
@c(scrier_plugin_v1)
public func entry() -> PluginEntry { Plugin.export(ssh) }

private let ssh = Plugin(
    id: "ssh",
    version: "1.0.0",
    label: "SSH",
    summary: "A shell on the envoy, through its own sshd",
    roles: .terminal,
    defaultPort: 22,
    parameters: [
        Parameter(Settings.Name.username, flags: .serverOnly, summary: "Whom to log in as; the agent says it"),
        Parameter(
            Settings.Name.hostKeys,
            flags: .serverOnly,
            summary: "The sshd's host keys, one “algorithm base64” a line; the agent says them"
        ),
        Parameter(Settings.Name.term, fallback: "xterm-256color", summary: "The operator's TERM"),
        Parameter(Settings.Name.command, summary: "Runs this instead of a shell"),
        Parameter(Settings.Name.privateKey, flags: [.secret, .serverOnly], summary: "The session's ephemeral key"),
    ],
    needs: ["ssh-ephemeral-key/1", "ssh-host-keys/1"],
    prepare: SSHLibrary.prepare,
    run: { host, transport in
        guard let transport else { throw SessionFailure(.invalid, "An SSH session needs a connection to the envoy.") }
        return try Session(host: host, transport: transport).run()
    }
)
