import Trust

/// What `vigo secrets` prints: which secrets this envoy holds for a start without its server. Never a value.
package struct SecretsReport {
    let epoch: UInt64
    let keys: [SecretKey]
    /// Why the file is not used.
    package let warning: String?

    /// Nil when this machine is no envoy.
    package init?(directories: AgentDirectories) throws {
        let file = directories.configurationFile
        guard PrivateFile.exists(file) else { return nil }
        let configuration = try AgentConfiguration(parsing: PrivateFile.text(file), file: file)
        let credentials = try EnvoyCredentials(in: directories)
        epoch = CheckInMemory(parsing: (try? PrivateFile.text(directories.memory)) ?? "").secretsEpoch
        let sealing = SealedSecrets(envoy: configuration.envoyID, identity: credentials.identity)
        switch SecretsFile(path: directories.secrets, sealing: sealing).read(epoch: epoch) {
        case .nothing: (keys, warning) = ([], nil)
        case .secrets(let held): (keys, warning) = (held.values.keys.sorted(), nil)
        case .unusable(let why): (keys, warning) = ([], why)
        }
    }

    package var text: String {
        let count = keys.count == 1 ? "1 secret" : "\(keys.count) secrets"
        let lines = ["Held: \(count)\(epoch == 0 ? "" : ", epoch \(epoch)")"] + keys.map { "  \($0)" }
        return lines.map { $0 + "\n" }.joined()
    }
}
