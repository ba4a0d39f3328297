import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import Wire

@testable import Host

@Suite struct TerminalSocketHandlerTests {
    private final class Delegate: TerminalSocketDelegate {
        let ends = Mutex<[Bool]>([])
        func received(input: ByteBuffer, from client: any TerminalClient) {}
        func received(_ control: TerminalControl, from client: any TerminalClient) {}
        func ended(_ client: any TerminalClient, onPurpose: Bool) { ends.withLock { $0.append(onPurpose) } }
    }

    @Test func `a client that went away while it was let in has ended, and not on purpose`() throws {
        let (channel, delegate) = (EmbeddedChannel(), Delegate())
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/tmp/x")).wait()
        try channel.close().wait()
        let handler = TerminalSocketHandler(socket: TerminalSocket(channel: channel), delegate: delegate)
        try channel.pipeline.syncOperations.addHandler(handler)
        channel.embeddedEventLoop.run()
        #expect(delegate.ends.withLock(\.self) == [false])
    }
}
