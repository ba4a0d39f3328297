import Glibc
import PluginAPI

/// Why a file is no plugin that this worker can run.
enum PluginError: Error, Equatable, CustomStringConvertible {
    case cannotLoad(String)
    case noPlugin(path: String)
    case otherABI(major: Int)
    case badDescriptor(String)
    case notPrepared(id: String, status: scrier_status)

    var description: String {
        switch self {
        case .cannotLoad(let reason): "the plugin cannot be loaded: \(reason)"
        case .noPlugin(let path): "\(path) is not a Scrier plugin: it does not export \(SCRIER_PLUGIN_ENTRY)"
        case .otherABI(let major):
            "the plugin was made for plugin ABI \(major), this server has ABI \(PluginLibrary.major): install a build of it "
                + "for ABI \(PluginLibrary.major)"
        case .badDescriptor(let what): "the plugin's descriptor makes no sense: \(what)"
        case .notPrepared(let id, let status): "the plugin \(id) could not prepare itself (status \(status))"
        }
    }

    var exitCode: Int32 {
        switch self {
        case .cannotLoad, .noPlugin: EX_NOINPUT
        case .otherABI: EX_UNAVAILABLE
        case .badDescriptor: EX_DATAERR
        case .notPrepared: EX_SOFTWARE
        }
    }

    /// The class with which a session ends that could not begin.
    var status: scrier_status {
        switch self {
        case .cannotLoad, .noPlugin, .otherABI: .unsupported
        case .badDescriptor: .invalid
        case .notPrepared(_, let status): status < 0 ? status : .internalError
        }
    }
}
