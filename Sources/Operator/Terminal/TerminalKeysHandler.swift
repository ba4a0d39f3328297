import Glibc
import NIOCore
import NIOPosix

/// Reads keys on the session's own event loop, so that a keystroke wakes one thread and not two.
///
/// The terminal is opened anew for that: to be non-blocking is a property of an open file, and the one on standard input is
/// shared with the shell that started this program.
final class TerminalKeysHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let session: TerminalSession
    private var keys: TypedKeys
    private var isOver = false

    private init(session: TerminalSession, keys: TypedKeys) {
        self.session = session
        self.keys = keys
    }

    /// Fails where the terminal cannot be opened: it may belong to the user who was here before `su`.
    static func read(_ session: TerminalSession, on loop: any EventLoop, keys: TypedKeys) -> EventLoopFuture<
        any Channel
    > {
        let descriptor = open("/proc/self/fd/\(STDIN_FILENO)", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return loop.makeFailedFuture(IOError(errnoCode: errno, reason: "open")) }
        return NIOPipeBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TerminalKeysHandler(session: session, keys: keys)
                    )
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .map { $0 as any Channel }
            .flatMapErrorThrowing { error in
                close(descriptor)
                throw error
            }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { keys.deliver($0, to: session) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        hungUp()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hungUp()
        context.close(promise: nil)
    }

    /// The terminal is gone, and the operator with it.
    private func hungUp() {
        guard !isOver else { return }
        isOver = true
        keys.onSignal(SIGHUP)
    }
}
