import CLinux
import WorkerProtocol

/// What a worker gets beyond its three streams. A session's gets nothing.
struct WorkerGrants: OptionSet, Sendable {
    let rawValue: UInt32

    /// The vault's uid and key.
    static let secrets = Self(rawValue: SCRIER_LAUNCHER_SECRETS)
    /// The secrets directory.
    static let directory = Self(rawValue: SCRIER_LAUNCHER_DIRECTORY)
    /// A socket on which connections arrive.
    static let dial = Self(rawValue: SCRIER_LAUNCHER_DIAL)

    /// By the needs that a plugin with role `secrets` lists; nil for one that nobody here knows.
    init?(secrets plugin: PluginDescriptor) {
        var grants: WorkerGrants = .secrets
        for need in plugin.needs {
            switch need {
            case "directory/1": grants.insert(.directory)
            case "dial/1": grants.insert(.dial)
            default: return nil
            }
        }
        self = grants
    }

    init(rawValue: UInt32) { self.rawValue = rawValue }
}
