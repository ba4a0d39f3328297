import NIOCore

/// Asks the proxy for a connection to `target` before anybody behind this handler learns that there is one: TLS starts
/// when the proxy has said yes, and then the handler is gone.
final class ProxyConnectHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let longestAnswer = 16 * 1024

    private let target: ServerAddress
    private let proxy: HTTPProxy
    private var received = ByteBuffer()
    private var isOpen = false

    init(target: ServerAddress, proxy: HTTPProxy) {
        self.target = target
        self.proxy = proxy
    }

    func channelActive(context: ChannelHandlerContext) {
        var request = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
        if let authorization = proxy.authorization { request += "Proxy-Authorization: \(authorization)\r\n" }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request + "\r\n")), promise: nil)
        // channelActive is told to the next handlers when the proxy has answered.
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOpen else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        guard let end = endOfHead else {
            if received.readableBytes > Self.longestAnswer { fail("its answer is no HTTP", context) }
            return
        }
        let head = received.readString(length: end) ?? ""
        let status = head.prefix { $0 != "\r" && $0 != "\r\n" && $0 != "\n" }
        let words = status.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else {
            return fail("its answer is no HTTP", context)
        }
        guard (200..<300).contains(code) else { return fail(String(status), context) }
        isOpen = true
        context.fireChannelActive()
        if received.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(received)) }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    typealias InboundOut = ByteBuffer

    func channelReadComplete(context: ChannelHandlerContext) {
        guard isOpen else { return context.read() }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isOpen { context.fireErrorCaught(ConnectionError.proxy(proxy.address, "it closed the connection")) }
        context.fireChannelInactive()
    }

    private var endOfHead: Int? {
        let mark = Array("\r\n\r\n".utf8)
        return received.readableBytesView.firstRange(of: mark).map { $0.upperBound - received.readerIndex }
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        context.fireErrorCaught(ConnectionError.proxy(proxy.address, reason))
        context.close(promise: nil)
    }
}
