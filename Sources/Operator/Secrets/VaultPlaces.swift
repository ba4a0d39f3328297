/// Where the vault's files lie. What concerns the unlock passphrase lies beside the secrets directory, not in it.
package struct VaultPlaces: Equatable, Sendable {
    package let directory: String
    package private(set) var keyFile: String
    package let parent: String
    /// Whether the key file holds the master key of sealed files. Another backend's holds the credentials for it.
    package private(set) var hasMasterKey = true
    /// Whether somebody said where the key is; else the server's configuration may know.
    let isKeyFileGiven: Bool

    package static let usualDirectory = "/srv/vigo/secrets"
    package static let usualTLSDirectory = "/srv/vigo/tls"

    /// Relative paths are those of `workingDirectory`.
    package init(directory: String, keyFile: String?, workingDirectory: String) throws(OperatorError) {
        self.directory = Self.absolute(directory, workingDirectory)
        guard let slash = self.directory.lastIndex(of: "/"), self.directory != "/" else {
            throw OperatorError("the secrets directory cannot be /: its parent directory is needed as well")
        }
        parent = slash == self.directory.startIndex ? "" : String(self.directory[..<slash])
        isKeyFileGiven = keyFile != nil
        self.keyFile = keyFile.map { Self.absolute($0, workingDirectory) } ?? "\(self.directory)/.master.key"
    }

    /// With the key where the server's configuration says that it is.
    package func with(_ settings: VaultSettings) -> VaultPlaces {
        var places = self
        if !isKeyFileGiven, let keyFile = settings.keyFile { places.keyFile = keyFile }
        places.hasMasterKey = settings.needsMasterKey
        return places
    }

    package var verifier: String { "\(parent)/secrets-verifier.json" }
    package var sentinel: String { "\(parent)/.secrets-unlocked" }
    package var failures: String { "\(parent)/.secrets-failures" }
    /// The parent's configuration of a server.
    package var serverConfiguration: String { "\(parent)/server.yaml" }
    /// While the master key is rotated: the one that becomes it, and the one that was it.
    package var nextKeyFile: String { "\(keyFile).next" }
    package var oldKeyFile: String { "\(keyFile).old" }
    /// Locked for as long as a rotation runs.
    package var rotationLock: String { "\(parent)/.secrets-rotation" }

    /// By the letters alone: no link is followed.
    static func absolute(_ path: String, _ workingDirectory: String) -> String {
        var parts: [Substring] = []
        for part in (path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)").split(separator: "/") {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }
}
