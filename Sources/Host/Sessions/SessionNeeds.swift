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
    /// Which of the plugin's parameters each need answers. An agent that is not what it seems sets no other.
    private static let answers: [String: Set<String>] = [
        operatorKey: ["username"], "ssh-host-keys/1": ["host-keys"],
    ]
    static var known: [String] { answers.keys.sorted() }

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

    /// What the agent's provisions set. A name that is shown to people later is refused when a terminal would obey it.
    func parameters(of provisions: [Vigo_Agent_V1_Provision]) throws(SessionSetUpError) -> [String: String] {
        var parameters: [String: String] = [:]
        for provision in provisions {
            for (name, value) in provision.parameters {
                guard Self.answers[provision.name]?.contains(name) == true,
                    asked.contains(where: { $0.name == provision.name })
                else { continue }
                parameters[name] = value
            }
        }
        if let username = parameters["username"] {
            guard AgentSentence.cleaned(username) == username, username.utf8.count <= 256 else {
                throw SessionSetUpError("the agent named a user of the envoy by what is no user name")
            }
        }
        return parameters
    }
}
