import Dispatch
import Glibc

/// SIGTERM, SIGINT and SIGHUP: the first asks for a clean stop, the next one forces it.
final class StopSignals: Sendable {
    private let stream: AsyncStream<Int32>
    /// Never touched again: they have to stay alive.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            // The default would end the process before anybody is told.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.activate()
            return source
        }
    }

    func first() async -> String {
        for await number in stream { return Self.name(number) }
        return "none"
    }

    func forceAtNext() {
        Task { [stream] in
            for await _ in stream { _exit(1) }
        }
    }

    private static func name(_ number: Int32) -> String {
        switch number {
        case SIGTERM: "TERM"
        case SIGINT: "INT"
        default: "HUP"
        }
    }
}
