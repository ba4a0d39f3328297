extension BrokerMessage {
    package init(_ frame: WorkerFrame) throws(WorkerProtocolError) {
        guard let kind = Kind(rawValue: frame.kind) else { throw .unknownKind(frame.kind) }
        var reader = PayloadReader(frame.payload)
        switch kind {
        case .start: self = .start(try StartSession(&reader))
        case .input: self = .input(reader.rest())
        case .resize:
            self = .resize(
                columns: try reader.integer(UInt32.self),
                rows: try reader.integer(UInt32.self),
                width: try reader.integer(UInt32.self),
                height: try reader.integer(UInt32.self)
            )
        case .key:
            self = .key(
                keysym: try reader.integer(UInt32.self),
                code: try reader.integer(UInt32.self),
                pressed: try reader.boolean("a key's state")
            )
        case .pointer:
            self = .pointer(
                x: try reader.integer(Int32.self),
                y: try reader.integer(Int32.self),
                buttons: try reader.integer(UInt32.self)
            )
        case .clipboard: self = .clipboard(mime: try reader.string("a MIME type"), bytes: reader.rest())
        case .request:
            self = .request(
                try reader.integer(UInt32.self),
                method: try reader.string("a request's method"),
                body: reader.rest()
            )
        case .answer:
            self = .answer(
                try reader.integer(UInt32.self),
                status: try reader.integer(Int32.self),
                bytes: reader.rest()
            )
        case .close: self = .close
        case .look: self = .look(try reader.integer(UInt32.self))
        }
        try reader.end()
    }

    package var frame: WorkerFrame {
        var writer = PayloadWriter()
        switch self {
        case .start(let session): session.write(to: &writer)
        case .input(let bytes): writer.raw(bytes)
        case .resize(let columns, let rows, let width, let height):
            for value in [columns, rows, width, height] { writer.integer(value) }
        case .key(let keysym, let code, let pressed):
            writer.integer(keysym)
            writer.integer(code)
            writer.boolean(pressed)
        case .pointer(let x, let y, let buttons):
            writer.integer(x)
            writer.integer(y)
            writer.integer(buttons)
        case .clipboard(let mime, let bytes):
            writer.string(mime)
            writer.raw(bytes)
        case .request(let request, let method, let body):
            writer.integer(request)
            writer.string(method)
            writer.raw(body)
        case .answer(let request, let status, let bytes):
            writer.integer(request)
            writer.integer(status)
            writer.raw(bytes)
        case .close: break
        case .look(let request): writer.integer(request)
        }
        return WorkerFrame(kind: kind.rawValue, payload: writer.bytes)
    }
}
