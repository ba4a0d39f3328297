import Broker
import Foundation
import Glibc
import Host
import Logging

/// Everything that needs root, in the order that leaves root as soon as possible.
enum Beginning {
    static func make(
        _ configuration: ServerConfiguration,
        ownDataDirectory: Bool,
        _ logger: Logger
    ) throws -> Server.Beginnings {
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        OpenFiles.raiseLimit()
        let isRoot = geteuid() == 0
        let files = InstalledFiles()
        let web = WebFiles(readingFrom: files.web)
        let tls = try ConfiguredTLS(configuration.server.tls)
        let account =
            isRoot
            ? ServerAccount.find(
                configuration.server.user,
                workerUIDs: configuration.scrier.workerUIDs,
                vaultUID: configuration.secrets.workerUID
            ) : nil
        let directory = DataDirectory(path: configuration.server.dataDirectory)
        let socket = try adminSocket(configuration.server, directory, isOwn: ownDataDirectory || !isRoot, account)
        let vault = configuration.secrets.isConfigured ? configuration.secretsPlaces : nil
        if isRoot, vault != nil { try configuration.expectGuardedKey() }
        try directory.prepare(owner: account.map { ($0.uid, $0.gid) }, sparing: configuration.rootsOwnPaths)
        // Before privileges are dropped: it is the one part that keeps them.
        let launcher = try Launcher.spawn(
            launcherPath: files.launcher,
            workerPath: files.worker,
            workerUIDs: isRoot ? configuration.scrier.workerUIDs : nil,
            secrets: vault
        )
        if let account {
            if let warning = account.warning { logger.warning("\(warning)") }
            try account.become()
        }
        // Also without root, and without a unit that says so: the CA's key and secrets are in it.
        ServerAccount.hideMemory()
        return Server.Beginnings(
            configuration: configuration,
            files: files,
            web: web,
            tls: tls,
            launcher: launcher,
            ownUID: isRoot ? nil : geteuid(),
            adminSocket: socket
        )
    }

    private static func adminSocket(
        _ server: ServerConfiguration.Server,
        _ directory: DataDirectory,
        isOwn: Bool,
        _ account: ServerAccount?
    ) throws -> String {
        let path = server.adminSocket ?? (isOwn ? directory.adminSocket : "/run/vigo/admin.sock")
        guard path.utf8.count <= 100 else {
            throw StartError("the admin socket's path \(path) is longer than 100 bytes; set server.admin_socket")
        }
        let parent = (path as NSString).deletingLastPathComponent
        guard parent != directory.path else { return path }
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw StartError("cannot make the directory \(parent): \(error.localizedDescription)")
        }
        // The directory of the socket, and no other that somebody named by mistake.
        if let account, parent == "/run/vigo", chown(parent, account.uid, account.gid) != 0 {
            throw StartError("cannot give \(parent) to user \(account.uid): \(String(cString: strerror(errno)))")
        }
        if account != nil { chmod(parent, 0o755) }
        return path
    }
}
