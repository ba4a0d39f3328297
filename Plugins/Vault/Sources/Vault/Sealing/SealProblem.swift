import PluginKit

/// Why a file is not the sealed secret that its name says.
enum SealProblem: Error, Equatable {
    case foreign
    case unknownVersion(UInt8)
    case unknownAlgorithm(UInt8)
    case unknownKey(KeyID)
    case cutShort
    case tooLong
    /// It holds another secret: somebody renamed it, or swapped two.
    case holds(SecretKey)
    case damaged

    /// The end of a sentence that begins with the file.
    var sentence: String {
        switch self {
        case .foreign: "is no sealed file"
        case .unknownVersion(let version): "is of version \(version), which this vault does not know"
        case .unknownAlgorithm(let algorithm): "is sealed by algorithm \(algorithm), which this vault does not know"
        case .unknownKey(let id): "is sealed with the key \(id), which is not here"
        case .cutShort: "is cut short"
        case .tooLong: "has bytes behind its end"
        case .holds(let key): "holds the secret \(key): it was renamed or swapped"
        case .damaged: "is damaged: its seal is broken"
        }
    }
}
