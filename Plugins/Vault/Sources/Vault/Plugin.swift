public import PluginKit

/// What the worker looks up in this library.
@c(scrier_plugin_v1)
public func entry() -> PluginEntry { Plugin.export(vault) }

let vault = Plugin(
    id: "vault",
    version: "1.0.0",
    label: "Vault",
    summary: "Secrets in sealed files, one each, below one directory",
    roles: .secrets,
    parameters: [
        Parameter(
            "directory",
            .integer,
            flags: [.required, .serverOnly],
            summary: "The descriptor of the secrets directory; the worker says it"
        ),
        Parameter(
            "master-key",
            flags: [.required, .secret, .serverOnly],
            summary: "256 bits, with which every secret is sealed"
        ),
        Parameter(
            "next-master-key",
            flags: [.secret, .serverOnly],
            summary: "While the master key is rotated: the one that becomes it"
        ),
    ],
    needs: ["directory/1"],
    prepare: AESGCM.prepare,
    run: { host, _ in try Backend(host: host).run() }
)
