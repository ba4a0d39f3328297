package import NIOCore

/// The screen and keyboard in front of the operator.
package protocol OperatorTerminal: AnyObject, Sendable {
    /// In characters; nil when unknown.
    var size: (columns: Int, rows: Int)? { get }
    /// The session is there: from now on every key goes to it.
    func begin(_ session: TerminalSession)
    func write(_ bytes: ByteBufferView)
    /// Stops or resumes reading keys.
    func pause(_ isPaused: Bool)
    /// A line of ours among the session's output.
    func note(_ text: String)
}
