import Testing

@testable import WorkerProtocol

@Suite struct MessageTests {
    static let toWorker: [BrokerMessage] = [
        .start(
            StartSession(
                parameters: ["username": "dan", "term": ""],
                secrets: ["private-key": [0, 255]],
                columns: 120,
                rows: 40,
                abilities: [.prompt]
            )
        ),
        .start(StartSession()),
        .input(Array("ls\r".utf8)),
        .input([]),
        .resize(columns: 80, rows: 24, width: 640, height: 480),
        .key(keysym: 0xFF0D, code: 40, pressed: false),
        .pointer(x: -1, y: Int32.max, buttons: 5),
        .clipboard(mime: "text/plain", bytes: [1, 2, 3]),
        .request(7, method: "resolve", body: []),
        .answer(3, status: -21, bytes: [9]),
        .close,
        .look(7),
    ]
    static let fromWorker: [WorkerMessage] = [
        .confined(ConfinementReport(refused: [.scope: "too old", .network: "none"], landlockVersion: 3)),
        .ready,
        .output([27, 91]),
        .exited(status: 3, signal: nil),
        .exited(status: -1, signal: "TERM"),
        .explain("no – a sentence"),
        .consumed(65536),
        .ended(status: -2),
        .ask(1, hidden: true, question: "Password:"),
        .clipboard(mime: "image/png", bytes: []),
        .check(2, kind: "ssh-ed25519", key: [5, 6]),
        .reply(7, status: -20, body: [1, 0, 0, 0, 65]),
        .notify(topic: "epoch", body: []),
        .dial(3, endpoint: "vault", milliseconds: 5000),
        .text(["a line", "", "é"]),
        .screen(7, columns: 80, rows: 24, paint: [27, 91]),
    ]

    @Test(arguments: toWorker)
    func `what the broker says arrives as it was said`(message: BrokerMessage) throws {
        #expect(try BrokerMessage(message.frame) == message)
    }

    @Test(arguments: fromWorker)
    func `what the worker says arrives as it was said`(message: WorkerMessage) throws {
        #expect(try WorkerMessage(message.frame) == message)
    }

    @Test(arguments: toWorker)
    func `a message cut short or padded is refused`(message: BrokerMessage) {
        let frame = message.frame
        // Raw bytes at the end have any length; the others have one.
        switch message {
        case .input, .clipboard, .request, .answer: return
        default: break
        }
        for count in 0..<frame.payload.count {
            let cut = WorkerFrame(kind: frame.kind, payload: Array(frame.payload.prefix(count)))
            #expect(throws: WorkerProtocolError.self) { try BrokerMessage(cut) }
        }
        let padded = WorkerFrame(kind: frame.kind, payload: frame.payload + [0])
        #expect(throws: WorkerProtocolError.self) { try BrokerMessage(padded) }
    }

    @Test func `a request and a reply are the same bytes when they are read in place`() throws {
        let request = BrokerMessage.request(9, method: "get", body: [1, 2, 3]).frame.payload
        #expect(ExchangePayload.request(9, method: "get") + [1, 2, 3] == request)
        try request.withUnsafeBytes { bytes in
            let read = try ExchangePayload.Request(bytes)
            #expect(read.number == 9 && read.method == "get" && Array(read.body) == [1, 2, 3])
        }
        let reply = WorkerMessage.reply(9, status: -20, body: [4]).frame.payload
        #expect(ExchangePayload.reply(9, status: -20) + [4] == reply)
        try reply.withUnsafeBytes { bytes in
            let read = try ExchangePayload.Reply(bytes)
            #expect(read.number == 9 && read.status == -20 && Array(read.body) == [4])
        }
        for count in 0..<11 {
            let read = request.prefix(count).withUnsafeBytes { bytes in try? ExchangePayload.Request(bytes) }
            #expect(read == nil)
        }
    }

    /// Nil where they are cut short.
    private func fields(_ body: [UInt8]) -> [String]? {
        body.withUnsafeBytes { bytes in
            var fields = ExchangeFields(bytes)
            var texts: [String] = []
            while !fields.isAtEnd {
                guard let text = try? fields.text("a field") else { return nil }
                texts.append(text)
            }
            return texts
        }
    }

    @Test func `fields are cut where their lengths say, and nowhere else`() {
        #expect(fields([1, 0, 0, 0, 65, 0, 0, 0, 0]) == ["A", ""])
        #expect(fields([]) == [])
        for broken: [UInt8] in [[1], [1, 0, 0, 0], [2, 0, 0, 0, 1], [255, 255, 255, 255, 1]] {
            #expect(fields(broken) == nil)
        }
    }

    @Test func `only what carries a body may be larger than a megabyte`() throws {
        let large = UInt32(2 << 20)
        for kind in 1...9 {
            let header = WorkerFrameHeader(kind: UInt16(kind), length: Int(large)).encoded
            let isTaken = header.withUnsafeBytes { (try? WorkerFrameHeader($0)) != nil }
            #expect(isTaken == (kind == 7), "kind \(kind)")
        }
    }

    @Test func `unknown kinds are named`() {
        #expect(throws: WorkerProtocolError.unknownKind(77)) { try BrokerMessage(WorkerFrame(kind: 77)) }
        #expect(throws: WorkerProtocolError.unknownKind(1)) { try WorkerMessage(WorkerFrame(kind: 1)) }
    }

    @Test func `a count larger than its message asks for no memory`() {
        let frame = WorkerFrame(kind: BrokerMessage.Kind.start.rawValue, payload: [255, 255, 255, 255, 0, 0, 0, 0])
        #expect(throws: WorkerProtocolError.truncated) { try BrokerMessage(frame) }
    }

    @Test func `a name given twice is refused`() {
        var writer = PayloadWriter()
        writer.integer(UInt32(2))
        for _ in 0..<2 {
            writer.string("a")
            writer.string("b")
        }
        writer.integer(UInt32(0))
        for _ in 0..<3 { writer.integer(UInt32(0)) }
        let frame = WorkerFrame(kind: BrokerMessage.Kind.start.rawValue, payload: writer.bytes)
        #expect(throws: WorkerProtocolError.malformed("a parameter given twice")) { try BrokerMessage(frame) }
    }

    @Test func `text that is not UTF-8 is refused`() {
        let frame = WorkerFrame(kind: WorkerMessage.Kind.explain.rawValue, payload: [2, 0, 0, 0, 0xC3, 0x28])
        #expect(throws: WorkerProtocolError.malformed("an explanation")) { try WorkerMessage(frame) }
    }
}
