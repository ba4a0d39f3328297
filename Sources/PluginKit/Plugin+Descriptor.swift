import Glibc
import PluginAPI

extension Plugin {
    typealias CPrepare = @convention(c) () -> scrier_status
    typealias CRun = @convention(c) (UnsafePointer<scrier_host>?, CInt) -> scrier_status

    func makeDescriptor(prepare: CPrepare?, run: @escaping CRun) -> UnsafePointer<scrier_plugin> {
        let descriptor = UnsafeMutablePointer<scrier_plugin>.allocate(capacity: 1)
        descriptor.initialize(
            to: scrier_plugin(
                size: UInt32(MemoryLayout<scrier_plugin>.size),
                minor: UInt32(SCRIER_ABI_MINOR),
                id: permanent(id),
                version: permanent(version),
                label: permanent(label),
                summary: permanent(summary),
                roles: roles.rawValue,
                default_port: UInt32(defaultPort ?? 0),
                parameters: permanentList(parameters.map { $0.makeDescriptor() }),
                needs: permanentList(needs.map(permanent)),
                prepare: prepare,
                run: run
            )
        )
        return UnsafePointer(descriptor)
    }
}

extension Parameter {
    fileprivate func makeDescriptor() -> UnsafePointer<scrier_parameter> {
        let descriptor = UnsafeMutablePointer<scrier_parameter>.allocate(capacity: 1)
        descriptor.initialize(
            to: scrier_parameter(
                size: UInt32(MemoryLayout<scrier_parameter>.size),
                flags: flags.rawValue,
                name: permanent(name),
                kind: permanent(kind.rawValue),
                fallback: fallback.map(permanent),
                choices: choices.map { permanentList($0.map(permanent)) },
                summary: permanent(summary)
            )
        )
        return UnsafePointer(descriptor)
    }
}

private func permanent(_ text: String) -> UnsafePointer<CChar> {
    UnsafePointer(strdup(text)!)
}

/// A list that ends with NULL.
private func permanentList<Element>(_ elements: [UnsafePointer<Element>]) -> UnsafePointer<UnsafePointer<Element>?> {
    let list = UnsafeMutablePointer<UnsafePointer<Element>?>.allocate(capacity: elements.count + 1)
    for (index, element) in elements.enumerated() { (list + index).initialize(to: element) }
    (list + elements.count).initialize(to: nil)
    return UnsafePointer(list)
}
