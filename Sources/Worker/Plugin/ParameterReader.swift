import PluginAPI
import WorkerProtocol

/// The list of parameters in a descriptor.
enum ParameterReader {
    static func read(
        _ list: UnsafePointer<UnsafePointer<scrier_parameter>?>?,
        upTo most: Int
    ) throws(PluginError) -> [PluginDescriptor.Parameter] {
        guard let list else { return [] }
        var result: [PluginDescriptor.Parameter] = []
        while let next = list[result.count] {
            guard result.count < most else {
                throw .badDescriptor("more than \(most) parameters, or no NULL at the end")
            }
            let parameter = try read(next)
            guard !result.contains(where: { $0.name == parameter.name }) else {
                throw .badDescriptor("the parameter \(parameter.name) is there twice")
            }
            result.append(parameter)
        }
        return result
    }

    private static func read(
        _ pointer: UnsafePointer<scrier_parameter>
    ) throws(PluginError) -> PluginDescriptor.Parameter {
        let size = Int(pointer.pointee.size)
        guard (MemoryLayout<scrier_parameter>.size...4096).contains(size) else {
            throw .badDescriptor("scrier_parameter.size is \(size), not sizeof(scrier_parameter)")
        }
        let raw = pointer.pointee
        let name = try DescriptorReader.text(raw.name, "a parameter's name", upTo: 64)
        guard DescriptorReader.isName(name) else {
            throw .badDescriptor("the parameter \"\(name)\" is not made of a-z, 0-9 and '-'")
        }
        let kindName = try DescriptorReader.text(raw.kind, "the kind of \(name)", upTo: 32)
        guard let kind = PluginDescriptor.ParameterKind(rawValue: kindName) else {
            throw .badDescriptor("the parameter \(name) is of unknown kind \"\(kindName)\"")
        }
        func has(_ flag: Int) -> Bool { raw.flags & UInt32(flag) != 0 }
        let parameter = PluginDescriptor.Parameter(
            name: name,
            kind: kind,
            required: has(SCRIER_PARAMETER_REQUIRED),
            secret: has(SCRIER_PARAMETER_SECRET),
            askOperator: has(SCRIER_PARAMETER_ASK_OPERATOR),
            serverOnly: has(SCRIER_PARAMETER_SERVER_ONLY),
            fallback: raw.fallback == nil
                ? nil
                : try DescriptorReader.text(raw.fallback, "the fallback of \(name)", upTo: 1024, mayBeEmpty: true),
            choices: try DescriptorReader.texts(raw.choices, "the choices of \(name)", most: 64, upTo: 256),
            summary: try DescriptorReader.text(raw.summary, "the summary of \(name)", upTo: 256, mayBeEmpty: true)
        )
        try check(parameter)
        return parameter
    }

    private static func check(_ parameter: PluginDescriptor.Parameter) throws(PluginError) {
        if parameter.secret && (parameter.fallback != nil || !parameter.choices.isEmpty) {
            throw .badDescriptor("the secret \(parameter.name) has a fallback or choices, which are no secret")
        }
        if parameter.askOperator && parameter.serverOnly {
            throw .badDescriptor("\(parameter.name) is for the server only and asks the operator")
        }
        for value in parameter.choices + (parameter.fallback.map { [$0] } ?? []) {
            if let problem = parameter.problem(with: value) { throw .badDescriptor("\(parameter.name) \(problem)") }
        }
    }
}
