import PluginAPI

/// The constants of plugin.h with the type that they have in every struct.
extension scrier_status {
    static let ok = scrier_status(SCRIER_OK)
    static let empty = scrier_status(SCRIER_EMPTY)
    static let cancelled = scrier_status(SCRIER_CANCELLED)
    static let unsupported = scrier_status(SCRIER_UNSUPPORTED)
    static let invalid = scrier_status(SCRIER_INVALID)
    static let internalError = scrier_status(SCRIER_INTERNAL)
    static let timedOut = scrier_status(SCRIER_TIMEOUT)
    static let unavailable = scrier_status(SCRIER_UNAVAILABLE)
    static let tooLarge = scrier_status(SCRIER_TOO_LARGE)
}
