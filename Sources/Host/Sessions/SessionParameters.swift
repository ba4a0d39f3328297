import WorkerProtocol

/// A client's parameters checked against the plugin's list. What a session starts with, provisions and secrets aside.
enum SessionParameters {
    static let longest = 4096

    /// `configured` is server.yaml's, which wins: a client cannot override what the server's owner set.
    static func check(
        _ asked: [String: String],
        for plugin: PluginDescriptor,
        configured: [String: String]
    ) throws(SessionRefusal) -> [String: String] {
        var result: [String: String] = [:]
        for (name, value) in asked.sorted(by: { $0.key < $1.key }) {
            guard let parameter = plugin.parameters.first(where: { $0.name == name }), !parameter.serverOnly,
                !parameter.secret
            else {
                let known = plugin.parameters.filter { !$0.serverOnly && !$0.secret }.map(\.name).joined(
                    separator: ", "
                )
                throw SessionRefusal(
                    .invalidParameter,
                    "\(plugin.label) sessions have no parameter \"\(name.prefix(60))\" that a client may set"
                        + (known.isEmpty ? "" : "; there are \(known)")
                )
            }
            try check(value, for: parameter)
            result[name] = value
        }
        for (name, value) in configured where plugin.parameters.contains(where: { $0.name == name }) {
            result[name] = value
        }
        return result
    }

    private static func check(_ value: String, for parameter: PluginDescriptor.Parameter) throws(SessionRefusal) {
        func refuse(_ expected: String) -> SessionRefusal {
            SessionRefusal(.invalidParameter, "parameter \(parameter.name): expected \(expected)")
        }
        guard value.utf8.count <= longest, !value.contains("\0") else {
            throw refuse("a text of at most \(longest) bytes without NUL")
        }
        switch parameter.kind {
        case .integer where Int64(value) == nil: throw refuse("a whole number")
        case .boolean where value != "true" && value != "false": throw refuse("true or false")
        default: break
        }
        guard parameter.choices.isEmpty || parameter.choices.contains(value) else {
            throw refuse("one of " + parameter.choices.joined(separator: ", "))
        }
    }
}
