#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The text frames of a terminal's WebSocket; binary frames are the terminal's bytes. Totals count from the session's start.
package enum TerminalControl: Sendable, Equatable {
    /// Client to server: the window has this size now. Server to watcher: the operator's has.
    case resize(columns: Int, rows: Int)
    /// Server to client: how far the session has come.
    case state(SessionState)
    /// Either way: bytes received so far.
    case ack(bytes: UInt64)
    /// Server to client: the session is over.
    case end(SessionEnd)
    /// Server to client: the next binary frame paints the screen as it was after that many bytes of output, and is not counted.
    case screen(bytes: UInt64, columns: Int?, rows: Int?)
    /// Server to client: who looks on.
    case watchers(names: [String])
    /// Server to client: a frame made no sense.
    case error(message: String)

    /// The widest window that makes sense; the plugin ABI and sshd take more, no screen has it.
    package static let largestDimension = 10_000

    package init(parsing text: some DataProtocol) throws(TerminalControlError) {
        guard text.count <= 16_384, let frame = try? WireJSON.decode(Frame.self, from: text) else {
            throw TerminalControlError("a text frame must be a JSON object with a type")
        }
        switch frame.type {
        case "resize":
            guard let columns = frame.columns, let rows = frame.rows,
                (1...Self.largestDimension).contains(columns), (1...Self.largestDimension).contains(rows)
            else { throw TerminalControlError("resize needs columns and rows between 1 and \(Self.largestDimension)") }
            self = .resize(columns: columns, rows: rows)
        case "state":
            guard let state = frame.state else { throw TerminalControlError("state needs a state") }
            self = .state(state)
        case "ack":
            guard let bytes = frame.bytes else { throw TerminalControlError("ack needs bytes, a whole number from 0") }
            self = .ack(bytes: bytes)
        case "end":
            self = .end(SessionEnd(reason: frame.reason ?? "", exitStatus: frame.exitStatus, signal: frame.signal))
        case "screen":
            guard let bytes = frame.bytes else {
                throw TerminalControlError("screen needs bytes, a whole number from 0")
            }
            self = .screen(bytes: bytes, columns: frame.columns, rows: frame.rows)
        case "watchers":
            self = .watchers(names: frame.names ?? [])
        case "error":
            self = .error(message: frame.message ?? "")
        default:
            throw TerminalControlError("text frames of this type are unknown")
        }
    }

    package var encoded: Data {
        var frame = Frame(type: "")
        switch self {
        case .resize(let columns, let rows): (frame.type, frame.columns, frame.rows) = ("resize", columns, rows)
        case .state(let state): (frame.type, frame.state) = ("state", state)
        case .ack(let bytes): (frame.type, frame.bytes) = ("ack", bytes)
        case .end(let end):
            (frame.type, frame.reason, frame.exitStatus, frame.signal) = ("end", end.reason, end.exitStatus, end.signal)
        case .screen(let bytes, let columns, let rows):
            (frame.type, frame.bytes, frame.columns, frame.rows) = ("screen", bytes, columns, rows)
        case .watchers(let names): (frame.type, frame.names) = ("watchers", names)
        case .error(let message): (frame.type, frame.message) = ("error", message)
        }
        // Plain fields: nothing in it can fail to encode.
        return (try? WireJSON.encode(frame)) ?? Data()
    }

    private struct Frame: Codable {
        var type: String
        var columns: Int?
        var rows: Int?
        var state: SessionState?
        var bytes: UInt64?
        var reason: String?
        var exitStatus: Int?
        var signal: String?
        var message: String?
        var names: [String]?

        enum CodingKeys: String, CodingKey {
            case type, columns, rows, state, bytes, reason, signal, message, names
            case exitStatus = "exit_status"
        }
    }
}

/// How a session ended, for the operator.
package struct SessionEnd: Sendable, Equatable {
    package var reason: String
    /// Of the remote program; nil when it did not end by itself.
    package var exitStatus: Int?
    /// Without "SIG": `TERM`.
    package var signal: String?

    package init(reason: String, exitStatus: Int? = nil, signal: String? = nil) {
        self.reason = reason
        self.exitStatus = exitStatus
        self.signal = signal
    }
}

package struct TerminalControlError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
