/// What of its confinement a worker got from the kernel. What was refused is named, never hidden.
package struct ConfinementReport: Equatable, Sendable {
    package enum Layer: UInt8, CaseIterable, Sendable {
        case limits = 1
        case notDumpable, noNewPrivileges, filesystem, network, scope, systemCalls

        package var label: String {
            switch self {
            case .limits: "resource limits"
            case .notDumpable: "not dumpable"
            case .noNewPrivileges: "no new privileges"
            case .filesystem: "landlock file rules"
            case .network: "landlock TCP rules"
            case .scope: "landlock scope (abstract sockets, signals)"
            case .systemCalls: "seccomp filter"
            }
        }
    }

    /// Each refused layer with the kernel's reason.
    package var refused: [Layer: String]
    /// The kernel's landlock ABI; 0 where it has none.
    package var landlockVersion: UInt32

    package init(refused: [Layer: String] = [:], landlockVersion: UInt32 = 0) {
        self.refused = refused
        self.landlockVersion = landlockVersion
    }

    package var isComplete: Bool { refused.isEmpty }

    /// One line for the log, nil when nothing was refused.
    package var summary: String? {
        guard !isComplete else { return nil }
        let parts = refused.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.label) (\($0.value))" }
        return "the kernel refused " + parts.joined(separator: ", ")
    }
}

extension ConfinementReport {
    init(_ reader: inout PayloadReader) throws(WorkerProtocolError) {
        self.init()
        landlockVersion = try reader.integer(UInt32.self)
        for _ in 0..<(try reader.count(elementsOfAtLeast: 5)) {
            guard let layer = Layer(rawValue: try reader.integer(UInt8.self)) else {
                throw .malformed("a confinement report")
            }
            refused[layer] = try reader.string("a confinement report")
        }
    }

    func write(to writer: inout PayloadWriter) {
        writer.integer(landlockVersion)
        writer.integer(UInt32(refused.count))
        for (layer, reason) in refused.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            writer.integer(layer.rawValue)
            writer.string(reason)
        }
    }
}
