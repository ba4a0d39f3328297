import WorkerProtocol

/// A descriptor as JSON, as `JSONDecoder` reads it back. Written by hand because Foundation would cost every worker more
/// memory than all the rest of it.
enum DescriptorJSON {
    static func line(_ plugin: PluginDescriptor) -> String {
        object([
            ("id", string(plugin.id)),
            ("version", string(plugin.version)),
            ("label", string(plugin.label)),
            ("summary", string(plugin.summary)),
            ("abi", object([("major", "\(plugin.abi.major)"), ("minor", "\(plugin.abi.minor)")])),
            ("roles", array(plugin.roles.map { string($0.rawValue) })),
            ("defaultPort", plugin.defaultPort.map { "\($0)" }),
            ("needs", array(plugin.needs.map(string))),
            ("parameters", array(plugin.parameters.map(parameter))),
        ])
    }

    private static func parameter(_ parameter: PluginDescriptor.Parameter) -> String {
        object([
            ("name", string(parameter.name)),
            ("kind", string(parameter.kind.rawValue)),
            ("required", "\(parameter.required)"),
            ("secret", "\(parameter.secret)"),
            ("askOperator", "\(parameter.askOperator)"),
            ("serverOnly", "\(parameter.serverOnly)"),
            ("fallback", parameter.fallback.map(string)),
            ("choices", array(parameter.choices.map(string))),
            ("summary", string(parameter.summary)),
        ])
    }

    private static func object(_ members: [(String, String?)]) -> String {
        let present = members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{" + present.joined(separator: ",") + "}"
    }

    private static func array(_ elements: [String]) -> String {
        "[" + elements.joined(separator: ",") + "]"
    }

    private static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
