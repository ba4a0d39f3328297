import Trust
import Wire

/// What a plugin needs before it can start, by name: what the server sends to the agent for it, and what it adds itself.
/// This is the only place that knows the names; none of it knows a protocol.
struct SessionNeeds {
    /// In the plugin's order, for the agent.
    private(set) var asked: [Vigo_Agent_V1_Need] = []
    private(set) var secrets: [String: Secret] = [:]

    /// How long an ephemeral key may be used for logging in.
    static let loginSeconds = 120

    /// The need for which a session has to have its operator's public key.
    static let operatorKey = "ssh-ephemeral-key/1"
    static let known = [operatorKey, "ssh-host-keys/1"]

    init(_ names: [String], operatorKey: SSHPublicKey?, login: String?) {
        for name in names {
            var need = Vigo_Agent_V1_Need()
            need.name = name
            if name == Self.operatorKey, let operatorKey {
                let key = EphemeralKey.generate()
                secrets["private-key"] = key.privateKeyPEM
                need.parameters["operator-key"] = operatorKey.openSSH
                need.parameters["ephemeral-key"] = key.publicKey.openSSH
                need.parameters["expires"] = "\(Self.loginSeconds)"
                need.parameters["login"] = login
            }
            asked.append(need)
        }
    }
}
