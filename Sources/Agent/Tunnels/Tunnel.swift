import FoundationEssentials
import Logging
import NIOCore
import NIOSSL
import Wire

/// One session's connection: dialled to the server, opened there, and joined to a port of this machine.
struct Tunnel: Sendable {
    /// What a tunnel needs to know of the agent it belongs to.
    struct Surroundings: Sendable {
        let envoy: String
        let server: ServerAddress
        let dialer: ServerDialer
        let context: NIOSSLContext
        let trust: ServerTrust
        let ownerPorts: Set<Int>
        let serverPorts: Set<Int>?
        let provisioners: ProvisionerRegistry
        var loopback = LoopbackDialer()
    }

    let session: String
    let token: [UInt8]
    let surroundings: Surroundings
    let logger: Logger

    /// The joined channel to the server, and what has been provisioned. Returns when bytes flow.
    func open(onChannel: @Sendable (any Channel) async -> Void) async throws -> [Provisioned] {
        let connection = try await surroundings.dialer.connect(
            to: surroundings.server,
            context: surroundings.context,
            trust: surroundings.trust,
            speaking: TunnelProtocol.alpn,
            halfClosure: true
        )
        let channel = connection.channel
        await onChannel(channel)
        do {
            let open = try await hello(over: connection)
            return try await answer(open, on: channel)
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }

    private func hello(over connection: ServerDialer.Connection) async throws -> Vigo_Agent_V1_TunnelOpen {
        let channel = connection.channel
        let promise = channel.eventLoop.makePromise(of: Vigo_Agent_V1_TunnelOpen.self)
        let timeout = channel.eventLoop.scheduleTask(in: .seconds(30)) { channel.close(promise: nil) }
        defer { timeout.cancel() }
        try await connection.release { channel in
            try channel.pipeline.syncOperations.addHandler(TunnelOpenReader(promise: promise))
            let options = channel.syncOptions
            try options?.setOption(.writeBufferWaterMark, value: TunnelBuffers.waterMark)
            try options?.setOption(.recvAllocator, value: TunnelBuffers.allocator)
        }
        let hello = Vigo_Agent_V1_TunnelHello.with {
            $0.sessionID = session
            $0.token = Data(token)
        }
        try await channel.writeAndFlush(TunnelFrameEncoder(limit: TunnelProtocol.helloLimit).buffer(hello))
        return try await promise.futureResult.get()
    }

    private func answer(_ open: Vigo_Agent_V1_TunnelOpen, on channel: any Channel) async throws -> [Provisioned] {
        do throws(ProvisionFailure) {
            let port = try check(open)
            let provisioned = try await surroundings.provisioners.provision(
                open.needs,
                for: ProvisioningSession(id: session, envoy: surroundings.envoy, port: port)
            )
            do {
                let local = try await surroundings.loopback.connect(port, on: channel.eventLoop)
                try await join(channel, local, opened(provisioned, open.needs))
                return provisioned
            } catch {
                for result in provisioned { await result.release?() }
                let reason = "nothing answers on 127.0.0.1:\(port.number) of this envoy (\(ServerDialer.reason(error)))"
                throw ProvisionFailure(.unreachable, reason)
            }
        } catch {
            let failed = Vigo_Agent_V1_TunnelOpenResult.with {
                $0.failed.code = error.code
                $0.failed.reason = error.reason
            }
            try await channel.writeAndFlush(TunnelFrameEncoder(limit: TunnelProtocol.messageLimit).buffer(failed))
            throw TunnelRefusal(reason: error.reason)
        }
    }

    private func check(_ open: Vigo_Agent_V1_TunnelOpen) throws(ProvisionFailure) -> AllowedPort {
        guard open.sessionID.lowercased() == session, open.envoyID.lowercased() == surroundings.envoy else {
            throw ProvisionFailure(.invalid, "the server opened another session on this tunnel")
        }
        guard open.needs.count <= 16 else { throw ProvisionFailure(.invalid, "too many needs") }
        let port = AllowedPort(open.port, owner: surroundings.ownerPorts, server: surroundings.serverPorts)
        guard let port else {
            let reason = "port \(open.port) is not among the allowed_ports of this envoy"
            throw ProvisionFailure(.portNotAllowed, reason)
        }
        return port
    }

    private func opened(_ provisioned: [Provisioned], _ needs: [Vigo_Agent_V1_Need]) -> Vigo_Agent_V1_TunnelOpenResult {
        .with { result in
            result.opened.provisions = zip(needs, provisioned).map { need, provisioned in
                .with {
                    $0.name = need.name
                    $0.parameters = provisioned.parameters
                }
            }
        }
    }

    private func join(_ channel: any Channel, _ local: any Channel, _ result: Vigo_Agent_V1_TunnelOpenResult)
        async throws
    {
        let frame = try TunnelFrameEncoder(limit: TunnelProtocol.messageLimit).buffer(result)
        do {
            try await channel.eventLoop.submit {
                guard channel.isActive, local.isActive else { throw ChannelError.eof }
                let (outer, inner) = TunnelRelay.pair()
                channel.writeAndFlush(frame, promise: nil)
                try channel.pipeline.syncOperations.addHandler(outer)
                try local.pipeline.syncOperations.addHandler(inner)
                let reader = try channel.pipeline.syncOperations.handler(type: TunnelOpenReader.self)
                channel.pipeline.syncOperations.removeHandler(reader, promise: nil)
                try local.syncOptions?.setOption(.autoRead, value: true)
                try channel.syncOptions?.setOption(.autoRead, value: true)
                let hold = try local.pipeline.syncOperations.handler(type: InboundHold.self)
                local.pipeline.syncOperations.removeHandler(hold, promise: nil)
                local.read()
                channel.read()
            }.get()
        } catch {
            local.close(promise: nil)
            throw error
        }
    }
}

/// The agent did not open the tunnel, and has told the server why.
struct TunnelRefusal: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
