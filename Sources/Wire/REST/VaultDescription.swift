/// What `vigosrv vault --describe` says of its configuration, on one line.
package struct VaultDescription: Codable, Sendable, Equatable {
    /// Whether the backend is the one that keeps sealed files, and needs a master key.
    package var isBuiltIn: Bool
    package var keyFile: String
    package var workerUID: UInt32

    package init(isBuiltIn: Bool, keyFile: String, workerUID: UInt32) {
        self.isBuiltIn = isBuiltIn
        self.keyFile = keyFile
        self.workerUID = workerUID
    }

    private enum CodingKeys: String, CodingKey {
        case isBuiltIn = "is_built_in"
        case keyFile = "key_file"
        case workerUID = "worker_uid"
    }
}
