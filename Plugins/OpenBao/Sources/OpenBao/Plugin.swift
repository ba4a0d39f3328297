public import PluginKit

/// What the worker looks up in this library.
@c(scrier_plugin_v1)
public func entry() -> PluginEntry { Plugin.export(openBao) }

private let openBao = Plugin(
    id: "openbao",
    version: "1.0.0",
    label: "OpenBao",
    summary: "Secrets in the KV store of an OpenBao or HashiCorp Vault server",
    roles: .secrets,
    parameters: [
        Parameter(
            Settings.Name.address,
            flags: [.required, .serverOnly],
            summary: "Where the server is: https://HOST:PORT; http:// on loopback only"
        ),
        Parameter(
            Settings.Name.authority,
            flags: .serverOnly,
            summary: "The CA that signed the server's certificate, PEM; the only one that is believed"
        ),
        Parameter(Settings.Name.mount, flags: .serverOnly, fallback: "secret", summary: "The KV store, version 2"),
        Parameter(
            Settings.Name.prefix,
            flags: .serverOnly,
            fallback: "vigo",
            summary: "The folder in it that is ours; “/” for all of it"
        ),
        Parameter(
            Settings.Name.authMethod,
            flags: .serverOnly,
            fallback: "token",
            choices: LoginMethod.names,
            summary: "How to log in; the credentials are the token, the secret id, the password"
        ),
        Parameter(
            Settings.Name.authMount,
            flags: .serverOnly,
            summary: "Where that login method is mounted; without it: under its own name"
        ),
        Parameter(Settings.Name.roleID, flags: .serverOnly, summary: "The role id, for approle"),
        Parameter(Settings.Name.username, flags: .serverOnly, summary: "The user's name, for userpass"),
        Parameter(Settings.Name.namespace, flags: .serverOnly, summary: "The namespace, where there is one"),
        Parameter(
            Settings.Name.timeout,
            .integer,
            flags: .serverOnly,
            fallback: "8",
            summary: "Seconds that one request may take, with all repetitions: 1 to 9"
        ),
        Parameter(
            Settings.Name.pollInterval,
            .integer,
            flags: .serverOnly,
            fallback: "30",
            summary: "Seconds between two looks for what others changed; 0: never"
        ),
        Parameter(
            Settings.Name.credentials,
            flags: [.required, .secret, .serverOnly],
            summary: "What lies in the credentials file"
        ),
    ],
    needs: ["dial/1"],
    prepare: TLSContext.prepare,
    run: { host, _ in try Session(host: host).run() }
)
