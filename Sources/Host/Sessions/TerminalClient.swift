import NIOCore
import Wire

/// An operator's client that is attached to a terminal. Everything may be called on any event loop and keeps its order.
protocol TerminalClient: AnyObject, Sendable {
    func send(output: ByteBuffer)
    func send(_ control: TerminalControl)
    /// The session is over: says why, and ends the connection in good order.
    func finish(with end: SessionEnd)
    /// This connection is over, the session perhaps not.
    func refuse(_ code: TerminalCloseCode, _ reason: String)
    func pauseReading()
    func resumeReading()
}
