import Glibc

package enum BrokerError: Error, Equatable, CustomStringConvertible {
    case noPlugin(String)
    case noBackend(String)
    case keepsNoSecrets(String)
    case unknownNeed(String)
    case noDescriptors(error: Int32)
    case discarded
    case notConfined(String)
    case otherLoop
    case pluginChanged(String)

    package var description: String {
        switch self {
        case .noPlugin(let id): "there is no plugin for the protocol \(id)"
        case .noBackend(let id): "there is no usable plugin \"\(id)\" for the vault: see `vigocli plugins list`"
        case .keepsNoSecrets(let id): "the plugin \"\(id)\" keeps no secrets, it has no role \"secrets\""
        case .unknownNeed(let label):
            "the \(label) plugin needs something that this version of the server cannot provide"
        case .noDescriptors(let error): "no sockets for a worker: \(String(cString: strerror(error)))"
        case .discarded: "the worker was given up before it was used"
        case .notConfined(let reason): reason
        case .pluginChanged(let file): "\(file) was changed while it was loaded; try again"
        case .otherLoop: "the two ends of a relay are on different event loops"
        }
    }
}
