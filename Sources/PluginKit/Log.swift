import PluginAPI

/// The worker's log. May be used on any thread, until `run` returns. Secrets and what was typed do not belong here.
public struct Log: @unchecked Sendable {
    let host: UnsafePointer<scrier_host>

    public func error(_ message: String) { write(SCRIER_LOG_ERROR, message) }
    public func warning(_ message: String) { write(SCRIER_LOG_WARNING, message) }
    public func info(_ message: String) { write(SCRIER_LOG_INFO, message) }
    public func debug(_ message: String) { write(SCRIER_LOG_DEBUG, message) }

    private func write(_ level: Int, _ message: String) {
        withBytes(of: message) { scrier_log(host, Int32(level), $0) }
    }
}
