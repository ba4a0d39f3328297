package import WorkerProtocol

/// One file of the plugin directory, usable or not.
package struct CatalogEntry: Equatable, Sendable {
    package var path: String
    package var sha256: String?
    /// Of the file that has this digest.
    var identity: FileIdentity?
    /// server.yaml's digests keep it from being loaded at all.
    var isPinnedOut = false
    /// nil for a file that is not usable.
    package var descriptor: PluginDescriptor?
    /// One sentence on why it is not.
    package var problem: String?

    package var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
}
