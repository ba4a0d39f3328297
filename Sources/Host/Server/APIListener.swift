import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// Serves the API at one address, from `start` to `stop`.
final class APIListener: Sendable {
    private let task: Task<Void, any Error>

    /// Returns when it listens.
    static func start(
        _ address: BindAddress,
        named name: String,
        tls: NIOSSLContext?,
        router: Router<APIContext>,
        gate: WebSocketGate,
        limits: APILimits?,
        logger: Logger
    ) async throws(StartError) -> APIListener {
        var quiet = logger
        quiet.logLevel = .critical
        let (running, continuation) = AsyncThrowingStream.makeStream(of: Void.self)
        let application = Application(
            router: router,
            server: HTTPServerBuilder { responder in
                APIChannel(tls: tls, gate: gate, limits: limits, logger: logger, responder: responder)
            },
            configuration: ApplicationConfiguration(address: address, serverName: nil, backlog: 1024),
            onServerRunning: { channel in
                try? await channel.eventLoop.submit {
                    let handler = AcceptErrorsHandler(of: name, logger: logger)
                    try channel.pipeline.syncOperations.addHandler(handler, position: .first)
                }.get()
                continuation.finish()
            },
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            logger: quiet
        )
        let task = Task {
            do { try await application.run() } catch {
                continuation.finish(throwing: error)
                throw error
            }
        }
        do {
            for try await _ in running {}
        } catch {
            throw StartError(Self.sentence(error, name))
        }
        return APIListener(task: task)
    }

    private init(task: Task<Void, any Error>) {
        self.task = task
    }

    /// Requests that are being answered are cut.
    func stop() async {
        task.cancel()
        _ = try? await task.value
    }

    private static func sentence(_ error: any Error, _ name: String) -> String {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE: return "\(name) is in use by another program (server.listen)"
        case EACCES:
            return
                "the server may not listen on \(name): ports below 1024 and foreign directories need rights that it has given up"
        case EADDRNOTAVAIL: return "this machine does not have the address \(name)"
        default: return "cannot listen on \(name): \(error)"
        }
    }
}
