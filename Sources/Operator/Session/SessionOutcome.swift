package import NIOCore
package import Wire

/// How a session ended, seen from the operator's side.
package enum SessionOutcome: Equatable, Sendable {
    /// The server said so.
    case ended(SessionEnd)
    /// It did not become ready in time; the last state that was seen.
    case timedOut(SessionState)
    /// The operator ended it: by a signal, by closing the terminal.
    case abandoned
    /// The connection was lost and could not be had again.
    case lost(String)

    /// That of the remote program, or 255.
    package var exitCode: Int32 {
        guard case .ended(let end) = self else { return Self.failed }
        if let signal = end.signal { return 128 + (Self.signals[signal] ?? 0) }
        guard let status = end.exitStatus else { return Self.failed }
        return Int32(truncatingIfNeeded: status & 0xff)
    }

    /// What goes to standard error.
    package func message(timeout: TimeAmount) -> String? {
        switch self {
        case .ended(let end) where end.exitStatus != nil: nil
        case .ended(let end):
            if let signal = end.signal {
                "the remote program was ended by SIG\(Shown.text(signal))"
            } else {
                end.reason.isEmpty ? "the session ended" : Shown.text(end.reason)
            }
        case .timedOut(let state):
            "timed out after \(timeout.nanoseconds / 1_000_000_000)s: the session is still \(state.rawValue) (\(Self.meaning(of: state)))"
        case .abandoned: nil
        case .lost(let reason): Shown.text(reason)
        }
    }

    /// Whether the server may not know yet that it is over.
    var leavesSession: Bool {
        switch self {
        case .timedOut, .abandoned: true
        case .ended, .lost: false
        }
    }

    private static func meaning(of state: SessionState) -> String {
        switch state {
        case .waiting: "the envoy's agent has not opened its tunnel"
        case .connecting: "the envoy has been reached, the login is not through"
        case .ready, .closed, .failed: "it should have begun"
        }
    }

    package static let failed: Int32 = 255

    private static let signals: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
        "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CONT": 18, "STOP": 19,
        "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27, "WINCH": 28,
        "IO": 29, "PWR": 30, "SYS": 31,
    ]
}
