import Foundation

/// Where the parts that belong to vigosrv lie: beside the executable as `make` lays them out, in a build directory, or
/// where the environment says.
package struct InstalledFiles: Sendable {
    package let launcher: String
    package let worker: String
    package let plugins: String
    package let agents: String
    /// The web console's templates, styles and scripts.
    package let web: String
    /// The agent of this very build, in a build directory: it fits the machine that it was built on.
    package let builtAgent: String?

    package init(
        executable: String = InstalledFiles.runningExecutable,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        let binaries = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent().path
        let prefix = URL(fileURLWithPath: binaries).deletingLastPathComponent().path
        // dist/bin/vigosrv has dist/libexec; .build/debug/vigosrv has its siblings.
        let isInstalled = FileManager.default.fileExists(atPath: "\(prefix)/libexec/vigo")
        let libexec = environment["VIGO_LIBEXEC"] ?? (isInstalled ? "\(prefix)/libexec/vigo" : binaries)
        launcher = "\(libexec)/scrier-launcher"
        worker = "\(libexec)/scrier-worker"
        plugins = environment["VIGO_PLUGINS"] ?? (isInstalled ? "\(prefix)/lib/vigo/plugins" : binaries)
        // From .build/<platform>/debug to the folder in the sources.
        web = environment["VIGO_WEB"] ?? (isInstalled ? "\(prefix)/share/vigo/web" : "\(binaries)/../../../Web")
        builtAgent = isInstalled ? nil : "\(binaries)/vigo"
        agents = environment["VIGO_AGENTS"] ?? (isInstalled ? "\(prefix)/share/vigo/agents" : binaries)
    }

    package static var runningExecutable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }
}
