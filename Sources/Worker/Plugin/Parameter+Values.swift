import WorkerProtocol

extension PluginDescriptor.Parameter {
    /// What is wrong with a value, as the end of a sentence that begins with the parameter's name; nil when it fits.
    func problem(with value: String) -> String? {
        if !choices.isEmpty && !choices.contains(value) {
            return "must be one of \(choices.joined(separator: ", "))"
        }
        switch kind {
        case .string: return value.utf8.contains(0) ? "must not contain a NUL" : nil
        case .integer: return Int64(value) == nil || value.hasPrefix("+") ? "must be a whole number" : nil
        case .boolean: return value == "true" || value == "false" ? nil : "must be true or false"
        }
    }
}
