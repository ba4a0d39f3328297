import CLinux
import Glibc
import WorkerProtocol

/// Takes from this process, in two steps, what a session does not need. Each step can only take; what the kernel refuses
/// to take is in the report.
struct Confinement {
    /// The one directory below which this worker may keep files; most have none.
    private let directory: Int32?
    private(set) var report = ConfinementReport()

    /// More than the largest secret takes.
    private static let largestGrantedFile: rlim_t = 4 << 20

    init(directory: Int32? = nil) { self.directory = directory }

    /// Before the plugin's first instruction. Left: reading libraries, and what can be done with open descriptors.
    mutating func beforeLoading(plugin path: String, largestFile: rlim_t = 0) {
        let largestFile = directory == nil ? largestFile : Self.largestGrantedFile
        note(.limits, ResourceLimits.apply(largestFile: largestFile))
        note(.notDumpable, clinux_not_dumpable())
        note(.noNewPrivileges, clinux_no_new_privileges())
        restrictFiles(to: FileRules.readable(plugin: path))
        note(.systemCalls, SystemCallFilter.loading(keepsFiles: directory != nil).load())
    }

    /// After the plugin has loaded what it needs, before it learns a secret. No file can be opened any more,
    /// but below its directory.
    mutating func beforeRunning() {
        restrictFiles(to: [])
        note(.systemCalls, SystemCallFilter.running(keepsFiles: directory != nil).load())
    }

    private mutating func restrictFiles(to readable: [String]) {
        let version = clinux_landlock_version()
        guard version > 0 else {
            report.refused[.filesystem] = reason(version)
            report.refused[.network] = reason(version)
            report.refused[.scope] = reason(version)
            return
        }
        report.landlockVersion = UInt32(version)
        if version < 4 { report.refused[.network] = "landlock here is version \(version), this needs 4" }
        if version < 6 { report.refused[.scope] = "landlock here is version \(version), this needs 6" }
        note(.filesystem, FileRules.restrict(to: readable, granted: directory, version: version))
    }

    private mutating func note(_ layer: ConfinementReport.Layer, _ result: Int32) {
        if result < 0 { report.refused[layer] = reason(result) }
    }

    private func reason(_ result: Int32) -> String { String(cString: strerror(-result)) }
}
