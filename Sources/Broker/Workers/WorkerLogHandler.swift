import Logging
import NIOCore
import NIOPosix

/// What a worker prints on its descriptor 2, line by line into the server's log. A plugin that prints without end costs
/// the log `mostLines` lines an hour and no more.
final class WorkerLogHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let logger: Logger
    private var pending = ByteBuffer()
    private var lines = 0
    private var hourBegan = NIODeadline.now()

    private static let longestLine = 1100
    private static let mostLines = 1000

    static func open(_ descriptor: Int32, on loop: any EventLoop, logger: Logger) async throws -> any Channel {
        try await NIOPipeBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(WorkerLogHandler(logger: logger))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .get()
    }

    init(logger: Logger) { self.logger = logger }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if NIODeadline.now() - hourBegan > .hours(1) {
            hourBegan = .now()
            lines = 0
        }
        guard lines < Self.mostLines else { return }
        pending.writeBuffer(&bytes)
        while let end = pending.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            emit(pending.readSlice(length: end - pending.readerIndex)!)
            pending.moveReaderIndex(forwardBy: 1)
        }
        if pending.readableBytes > Self.longestLine { emit(pending.readSlice(length: Self.longestLine)!) }
        pending.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if pending.readableBytes > 0 { emit(pending) }
        context.fireChannelInactive()
    }

    private func emit(_ line: ByteBuffer) {
        guard lines < Self.mostLines, line.readableBytes > 0 else { return }
        lines += 1
        let (level, text) = LogLine.parse(line.readableBytesView.prefix(Self.longestLine))
        logger.log(level: level, "\(text)")
        if lines == Self.mostLines {
            logger.warning("the worker prints too much: its further lines of this hour are dropped")
        }
    }
}

/// Syslog's level in front of a line, where the worker put one; what a library prints has none.
enum LogLine {
    static func parse(_ bytes: some Collection<UInt8>) -> (Logger.Level, String) {
        let printable = bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        let text = String(decoding: printable, as: UTF8.self)
        guard text.hasPrefix("<"), text.dropFirst(2).hasPrefix(">") else { return (.info, text) }
        let rest = String(text.dropFirst(3))
        switch text.dropFirst().first {
        case "0", "1", "2", "3": return (.error, rest)
        case "4": return (.warning, rest)
        case "5", "6": return (.info, rest)
        case "7": return (.debug, rest)
        default: return (.info, text)
        }
    }
}
