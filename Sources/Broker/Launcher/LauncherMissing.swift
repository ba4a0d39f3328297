import CLinux

/// What a worker had to be started without.
package struct LauncherMissing: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    static let uid = Self(rawValue: SCRIER_LAUNCHER_MISSING_UID)
    static let network = Self(rawValue: SCRIER_LAUNCHER_MISSING_NETWORK)
    static let ipc = Self(rawValue: SCRIER_LAUNCHER_MISSING_IPC)

    /// One line for the log, nil when nothing is missing.
    package var summary: String? {
        var parts: [String] = []
        if contains(.uid) { parts.append("a uid of its own (the server does not run as root)") }
        if contains(.network) { parts.append("an empty network namespace") }
        if contains(.ipc) { parts.append("an IPC namespace") }
        return parts.isEmpty ? nil : "the worker runs without " + parts.joined(separator: ", ")
    }
}
