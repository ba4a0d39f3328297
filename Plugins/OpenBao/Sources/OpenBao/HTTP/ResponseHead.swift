/// The lines before a body (RFC 9112), as far as they say how it ends.
struct ResponseHead {
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
        /// By the end of the connection.
        case close
    }

    private(set) var status: Int
    private(set) var retryAfter: Duration?
    private var length: Int?
    private var isChunked = false
    private var staysOpen: Bool

    /// The first line.
    init(_ line: String) throws(TransferError) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].count == 3,
            let status = Self.number(parts[1]), (100..<1000).contains(status)
        else { throw TransferError(.nonsense, "it begins with “\(Printable.words(line, most: 40))”") }
        self.status = status
        staysOpen = parts[0] == "HTTP/1.1"
    }

    mutating func add(_ line: String) throws(TransferError) {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
            throw TransferError(.nonsense, "a header without a name")
        }
        let value = line[line.index(after: colon)...].trimmed.lowercased()
        switch line[..<colon].lowercased() {
        case "content-length":
            guard let number = Self.number(value[...]), length == nil || length == number else {
                throw TransferError(.nonsense, "a length that is none")
            }
            length = number
        case "transfer-encoding":
            guard value == "chunked", !isChunked else { throw TransferError(.nonsense, "an unknown encoding") }
            isChunked = true
        case "connection":
            if value.split(separator: ",").contains(where: { $0.trimmed == "close" }) { staysOpen = false }
        case "retry-after": retryAfter = Self.number(value[...]).map { .seconds(min($0, 3600)) }
        default: break
        }
    }

    /// 1xx: the answer proper follows.
    var isInterim: Bool { (100..<200).contains(status) && status != 101 }

    var framing: Framing {
        if status == 204 || status == 304 { return .none }
        if isChunked { return .chunked }
        return length.map(Framing.length) ?? .close
    }

    /// Both at once is how requests are smuggled; whoever does that gets no second one from us.
    var mayStayOpen: Bool { staysOpen && framing != .close && !(isChunked && length != nil) }

    private static func number(_ text: Substring) -> Int? {
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
