/// How a worker's process ended.
package enum ProcessEnding: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// It went with the launcher, nobody saw how.
    case lost

    /// As from waitpid(), whose macros Swift does not see.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .signalled(signal)
    }
}
