package enum SSHPublicKeyError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case unknownAlgorithm(String)
    case inconsistent(String)

    package var description: String {
        switch self {
        case .malformed(let reason): "this is not an SSH public key: \(reason)"
        case .unknownAlgorithm(let name):
            "SSH public keys of the kind \"\(PrintableText.of(name, upTo: 64))\" are not supported"
        case .inconsistent(let reason): "this SSH public key contradicts itself: \(reason)"
        }
    }
}
