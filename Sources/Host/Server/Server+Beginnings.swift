package import Broker

extension Server {
    /// What has to exist before privileges are dropped.
    package struct Beginnings: Sendable {
        package let configuration: ServerConfiguration
        package let files: InstalledFiles
        /// Nil where the web console is not installed.
        package let web: WebFiles?
        package let tls: ConfiguredTLS
        package let launcher: Launcher
        /// Who besides root may use the admin socket; nil for a server that was started as root.
        package let ownUID: UInt32?
        package let adminSocket: String

        package init(
            configuration: ServerConfiguration,
            files: InstalledFiles,
            web: WebFiles?,
            tls: ConfiguredTLS,
            launcher: Launcher,
            ownUID: UInt32?,
            adminSocket: String
        ) {
            self.configuration = configuration
            self.files = files
            self.web = web
            self.tls = tls
            self.launcher = launcher
            self.ownUID = ownUID
            self.adminSocket = adminSocket
        }
    }
}
