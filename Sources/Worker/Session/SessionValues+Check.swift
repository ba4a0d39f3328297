import Glibc
import WorkerProtocol

extension SessionValues {
    /// Why a session cannot begin.
    struct Refusal: Error, Equatable {
        var sentence: String
    }

    /// What the broker sent, held against the plugin's list: types, choices and what is required. A name that the plugin
    /// does not list never reaches it. What was handed over with the process counts for more than what was sent.
    static func check(
        _ session: inout StartSession,
        for plugin: PluginDescriptor,
        with provisions: Provisions = Provisions()
    ) throws(Refusal) -> (parameters: SessionValues, secrets: SessionValues) {
        let parameters = SessionValues()
        let secrets = SessionValues()
        session.parameters[Provisions.directoryParameter] = provisions.directory.map { "\($0)" }
        var secretCount = 0
        for parameter in plugin.parameters {
            if parameter.secret {
                var isGiven = false
                defer { secretCount += 1 }
                if let key = provisions.key(forSecret: secretCount) {
                    guard secrets.read(parameter.name, from: key) else {
                        throw Refusal(sentence: "the file of \(parameter.name) cannot be read, or is no key")
                    }
                    continue
                }
                session.secrets[parameter.name]?.withUnsafeMutableBytes { bytes in
                    secrets.set(parameter.name, UnsafeRawBufferPointer(bytes))
                    isGiven = true
                }
                guard isGiven || !parameter.required else { throw missing(parameter, plugin) }
                continue
            }
            guard let value = session.parameters[parameter.name] ?? parameter.fallback else {
                guard !parameter.required else { throw missing(parameter, plugin) }
                continue
            }
            if let problem = parameter.problem(with: value) {
                throw Refusal(sentence: "the parameter \(parameter.name) \(problem)")
            }
            Array(value.utf8).withUnsafeBytes { parameters.set(parameter.name, $0) }
        }
        for name in session.parameters.keys where !plugin.parameters.contains(where: { $0.name == name && !$0.secret })
        {
            StandardError.log(level: 2, "the parameter \(name) is not one of the plugin's and was left out")
        }
        wipe(&session)
        return (parameters, secrets)
    }

    private static func missing(
        _ parameter: PluginDescriptor.Parameter,
        _ plugin: PluginDescriptor
    ) -> Refusal {
        let kind = parameter.secret ? "secret" : "parameter"
        return Refusal(sentence: "the \(plugin.label) plugin needs the \(kind) \(parameter.name)")
    }

    /// The message's own copies.
    private static func wipe(_ session: inout StartSession) {
        for name in session.secrets.keys {
            session.secrets[name]?.withUnsafeMutableBytes { bytes in
                if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
            }
        }
        session.secrets = [:]
    }
}
