import Glibc
import NIOCore
import WorkerProtocol

/// Cuts what the worker says into messages. Output is passed on as it arrives, slice by slice; everything else whole. A
/// reply may hold a secret: it is lent, and wiped wherever it lay.
final class WorkerMessageHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let worker: Worker
    private var headerBytes = ByteBuffer()
    private var kind: UInt16?
    private var missing = 0
    private var payload: [UInt8] = []
    private var isBroken = false
    private var readPartOfReply = false
    private var isPreparingFlush = false

    init(worker: Worker) { self.worker = worker }

    func read(context: ChannelHandlerContext) {
        if !isPreparingFlush { context.read() }
    }

    /// Where a write fails since the worker has gone, NIO reads what it said last, and drops it where reading is not
    /// automatic. So for a paused worker it is, for this moment, without being read now.
    func flush(context: ChannelHandlerContext) {
        guard worker.isPaused else { return context.flush() }
        let options = context.channel.syncOptions
        isPreparingFlush = true
        try? options?.setOption(.autoRead, value: true)
        isPreparingFlush = false
        context.flush()
        if worker.isPaused { try? options?.setOption(.autoRead, value: false) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return }
        var bytes = unwrapInboundIn(data)
        let whole = bytes
        defer {
            if readPartOfReply { whole.wipeInPlace() }
            readPartOfReply = false
        }
        do {
            while bytes.readableBytes > 0 { try parse(&bytes) }
        } catch {
            isBroken = true
            worker.misunderstood(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.messagesClosed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func parse(_ bytes: inout ByteBuffer) throws {
        guard let kind else { return try parseHeader(&bytes) }
        let part = bytes.readSlice(length: min(missing, bytes.readableBytes))!
        missing -= part.readableBytes
        if kind == WorkerMessage.Kind.output.rawValue {
            if !worker.isClosing, part.readableBytes > 0 { worker.handlers.onOutput(part) }
        } else {
            payload.append(contentsOf: part.readableBytesView)
            if kind == WorkerMessage.Kind.reply.rawValue { readPartOfReply = true }
        }
        if missing == 0 { try finish(kind) }
    }

    private func parseHeader(_ bytes: inout ByteBuffer) throws {
        let wanted = WorkerFrameHeader.size - headerBytes.readableBytes
        var part = bytes.readSlice(length: min(wanted, bytes.readableBytes))!
        headerBytes.writeBuffer(&part)
        guard headerBytes.readableBytes == WorkerFrameHeader.size else { return }
        let header = try headerBytes.withUnsafeReadableBytes { try WorkerFrameHeader($0) }
        headerBytes.clear()
        guard WorkerMessage.Kind(rawValue: header.kind) != nil else {
            throw WorkerProtocolError.unknownKind(header.kind)
        }
        kind = header.kind
        missing = header.length
        // It must not leave copies behind while it grows.
        if header.kind == WorkerMessage.Kind.reply.rawValue { payload.reserveCapacity(header.length) }
        if missing == 0 { try finish(header.kind) }
    }

    private func finish(_ kind: UInt16) throws {
        self.kind = nil
        guard kind != WorkerMessage.Kind.output.rawValue else { return }
        if kind == WorkerMessage.Kind.reply.rawValue { return try finishReply() }
        let frame = WorkerFrame(kind: kind, payload: payload)
        payload.removeAll(keepingCapacity: payload.count <= 4096)
        worker.received(try WorkerMessage(frame))
    }

    private func finishReply() throws {
        defer {
            payload.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } }
            payload.removeAll(keepingCapacity: payload.count <= 65536)
        }
        try payload.withUnsafeBytes { bytes in
            let reply = try ExchangePayload.Reply(bytes)
            worker.handlers.onReply(reply.number, reply.status, reply.body)
        }
    }
}
