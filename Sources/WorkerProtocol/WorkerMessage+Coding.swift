extension WorkerMessage {
    package init(_ frame: WorkerFrame) throws(WorkerProtocolError) {
        guard let kind = Kind(rawValue: frame.kind) else { throw .unknownKind(frame.kind) }
        var reader = PayloadReader(frame.payload)
        switch kind {
        case .confined: self = .confined(try ConfinementReport(&reader))
        case .ready: self = .ready
        case .output: self = .output(reader.rest())
        case .exited:
            let status = try reader.integer(Int32.self)
            let signal = try reader.string("a signal's name")
            self = .exited(status: status, signal: signal.isEmpty ? nil : signal)
        case .explain: self = .explain(try reader.string("an explanation"))
        case .consumed: self = .consumed(try reader.integer(UInt32.self))
        case .ended: self = .ended(status: try reader.integer(Int32.self))
        case .ask:
            self = .ask(
                try reader.integer(UInt32.self),
                hidden: try reader.boolean("a question's flags"),
                question: try reader.string("a question")
            )
        case .clipboard: self = .clipboard(mime: try reader.string("a MIME type"), bytes: reader.rest())
        case .check:
            self = .check(
                try reader.integer(UInt32.self),
                kind: try reader.string("a key's kind"),
                key: reader.rest()
            )
        case .reply:
            self = .reply(
                try reader.integer(UInt32.self),
                status: try reader.integer(Int32.self),
                body: reader.rest()
            )
        case .notify: self = .notify(topic: try reader.string("a topic"), body: reader.rest())
        case .dial:
            self = .dial(
                try reader.integer(UInt32.self),
                endpoint: try reader.string("an endpoint's name"),
                milliseconds: try reader.integer(UInt32.self)
            )
        case .text:
            var lines: [String] = []
            for _ in 0..<(try reader.count(elementsOfAtLeast: 4)) { lines.append(try reader.string("a line of text")) }
            self = .text(lines)
        case .screen:
            self = .screen(
                try reader.integer(UInt32.self),
                columns: try reader.integer(UInt32.self),
                rows: try reader.integer(UInt32.self),
                paint: reader.rest()
            )
        }
        try reader.end()
    }

    package var frame: WorkerFrame {
        var writer = PayloadWriter()
        switch self {
        case .confined(let report): report.write(to: &writer)
        case .ready: break
        case .output(let bytes): writer.raw(bytes)
        case .exited(let status, let signal):
            writer.integer(status)
            writer.string(signal ?? "")
        case .explain(let sentence): writer.string(sentence)
        case .consumed(let count): writer.integer(count)
        case .ended(let status): writer.integer(status)
        case .ask(let request, let hidden, let question):
            writer.integer(request)
            writer.boolean(hidden)
            writer.string(question)
        case .clipboard(let mime, let bytes):
            writer.string(mime)
            writer.raw(bytes)
        case .check(let request, let kind, let key):
            writer.integer(request)
            writer.string(kind)
            writer.raw(key)
        case .reply(let request, let status, let body):
            writer.integer(request)
            writer.integer(status)
            writer.raw(body)
        case .notify(let topic, let body):
            writer.string(topic)
            writer.raw(body)
        case .dial(let request, let endpoint, let milliseconds):
            writer.integer(request)
            writer.string(endpoint)
            writer.integer(milliseconds)
        case .text(let lines):
            writer.integer(UInt32(lines.count))
            for line in lines { writer.string(line) }
        case .screen(let request, let columns, let rows, let paint):
            writer.integer(request)
            writer.integer(columns)
            writer.integer(rows)
            writer.raw(paint)
        }
        return WorkerFrame(kind: kind.rawValue, payload: writer.bytes)
    }
}
