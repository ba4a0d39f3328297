import Foundation

/// Whatever else may listen where the server should: it answers each request with what the test says.
final class Stranger: @unchecked Sendable {
    enum Act {
        /// These bytes, and then the connection stays.
        case say(String)
        /// These bytes, and then it is closed.
        case sayAndClose(String)
        case close
        /// Nothing, ever.
        case silence
        /// The bytes, again and again, until nobody listens.
        case flood(String)
        /// A byte every so many milliseconds.
        case drip(String, UInt32)
    }

    let port: UInt16
    private let listener: CInt
    private let lock = NSLock()
    private var requests: [String] = []

    /// - Parameter act: for the request's first line and its number.
    init(_ act: @escaping @Sendable (String, Int) -> Act) throws {
        (listener, port) = try Loopback.listen()
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread { self.serve(connection, act) }
            }
        }
    }

    func end() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// The first lines of all requests so far.
    var heard: [String] { lock.withLock { requests } }

    static func answer(_ status: String, _ body: String, _ headers: String = "") -> Act {
        .say(
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    private func serve(_ connection: CInt, _ act: (String, Int) -> Act) {
        defer { close(connection) }
        while let line = readRequest(connection) {
            let number = lock.withLock {
                requests.append(line)
                return requests.count
            }
            switch act(line, number) {
            case .say(let text): guard send(text, connection) else { return }
            case .sayAndClose(let text):
                _ = send(text, connection)
                return
            case .close: return
            case .silence: wait(connection)
            case .flood(let text): while send(text, connection) {}
            case .drip(let text, let milliseconds):
                for byte in text.utf8 {
                    guard send(String(UnicodeScalar(byte)), connection) else { return }
                    usleep(milliseconds * 1000)
                }
            }
        }
    }

    /// Head and body; the first line of it.
    private func readRequest(_ connection: CInt) -> String? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let head = text.range(of: "\r\n\r\n") {
                let length = text[..<head.lowerBound].lowercased().split(separator: "\r\n")
                    .first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
                if text.utf8.distance(from: head.upperBound, to: text.endIndex) >= length ?? 0 {
                    return text.split(separator: "\r\n").first.map(String.init)
                }
            }
            let count = recv(connection, &part, part.count, 0)
            guard count > 0 else { return nil }
            bytes += part[..<count]
        }
    }

    private func send(_ text: String, _ connection: CInt) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func wait(_ connection: CInt) {
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
    }
}
