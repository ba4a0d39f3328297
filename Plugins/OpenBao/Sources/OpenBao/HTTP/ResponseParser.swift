/// Makes one response of the bytes of a connection, in whatever pieces they come.
final class ResponseParser {
    private enum State {
        case firstLine
        case headers(ResponseHead)
        case body(left: Int)
        case untilClose
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailers
        case done
    }

    private let largestBody: Int
    private let body = WipedBytes()
    private var state = State.firstLine
    private var line: [UInt8] = []
    private var lineBytes = 0
    private var head: ResponseHead?

    /// Of all lines together: first line, headers, sizes of chunks, trailers.
    private static let mostLineBytes = 256 * 1024
    private static let longestLine = 16 * 1024

    init(largestBody: Int) { self.largestBody = largestBody }

    var isDone: Bool { if case .done = state { true } else { false } }

    /// Another request may follow on this connection.
    var mayStayOpen: Bool { isDone && head?.mayStayOpen == true }

    var response: HTTPResponse { HTTPResponse(status: head?.status ?? 0, body: body, retryAfter: head?.retryAfter) }

    /// How many of these bytes are the response's.
    func take(_ bytes: UnsafeRawBufferPointer) throws(TransferError) -> Int {
        var offset = 0
        while offset < bytes.count && !isDone {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            switch state {
            case .body(let left): offset += try takeBody(rest, left) { $0 == 0 ? .done : .body(left: $0) }
            case .chunk(let left): offset += try takeBody(rest, left) { $0 == 0 ? .chunkEnd : .chunk(left: $0) }
            case .untilClose: offset += try takeBody(rest, .max) { _ in .untilClose }
            case .firstLine, .headers, .chunkSize, .chunkEnd, .trailers: offset += try takeLine(rest)
            case .done: break
            }
        }
        return offset
    }

    /// The connection has ended.
    func end() throws(TransferError) {
        if case .untilClose = state { state = .done }
        guard isDone else { throw TransferError(.cut, "the connection ended in the middle of an answer") }
    }

    private func takeBody(
        _ bytes: UnsafeRawBufferPointer,
        _ left: Int,
        _ next: (Int) -> State
    ) throws(TransferError) -> Int {
        let count = min(left, bytes.count)
        guard body.count + count <= largestBody else {
            throw TransferError(.tooLarge, "more than \(largestBody) bytes")
        }
        body.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        state = next(left - count)
        return count
    }

    private func takeLine(_ bytes: UnsafeRawBufferPointer) throws(TransferError) -> Int {
        let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
        let count = end.map { $0 + 1 } ?? bytes.count
        lineBytes += count
        guard line.count + count <= Self.longestLine, lineBytes <= Self.mostLineBytes else {
            throw TransferError(.tooLarge, "headers without end")
        }
        line += bytes[..<(end ?? count)]
        guard end != nil else { return count }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        try takeLine(text)
        return count
    }

    private func takeLine(_ line: String) throws(TransferError) {
        switch state {
        case .firstLine: state = .headers(try ResponseHead(line))
        case .headers(var head):
            guard line.isEmpty else {
                try head.add(line)
                state = .headers(head)
                return
            }
            try begin(head)
        case .chunkSize:
            let size = line.prefix { $0 != ";" && $0 != " " }
            guard (1...8).contains(size.utf8.count), size.allSatisfy(\.isHexDigit), let number = Int(size, radix: 16)
            else { throw TransferError(.nonsense, "a chunk without a size") }
            state = number == 0 ? .trailers : .chunk(left: number)
        case .chunkEnd:
            guard line.isEmpty else { throw TransferError(.nonsense, "a chunk without an end") }
            state = .chunkSize
        case .trailers: if line.isEmpty { state = .done }
        case .body, .chunk, .untilClose, .done: break
        }
    }

    private func begin(_ head: ResponseHead) throws(TransferError) {
        guard !head.isInterim else {
            state = .firstLine
            return
        }
        guard head.status != 101 else { throw TransferError(.nonsense, "another protocol") }
        self.head = head
        state =
            switch head.framing {
            case .none, .length(0): .done
            case .length(let count): .body(left: count)
            case .chunked: .chunkSize
            case .close: .untilClose
            }
    }
}
