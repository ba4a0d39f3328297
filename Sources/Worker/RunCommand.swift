import Glibc
import PluginAPI
import WorkerProtocol

/// One session. fd 0 messages, fd 1 transport, fd 2 log; what else is open, `Provisions` says.
enum RunCommand {
    static func run(path: String, provisions: Provisions) -> Int32 {
        let messages = Descriptors.moveAway(0)
        let transport = Descriptors.moveAwayTransport()
        Descriptors.detachStandardStreams()
        guard let socket = MessageSocket(descriptor: messages) else {
            StandardError.write("descriptor 0 is not a socket: a worker is started by vigosrv")
            return EX_USAGE
        }

        var confinement = Confinement(directory: provisions.directory)
        confinement.beforeLoading(plugin: path)
        do {
            let library = try PluginLibrary(path: path)
            try library.prepare()
            confinement.beforeRunning()
            socket.send(.confined(confinement.report))
            let session = PluginSession(library: library, socket: socket, provisions: provisions)
            // A plugin that keeps secrets has no target.
            let hasTarget = library.descriptor.roles != [.secrets]
            session.end(with: session.run(transport: hasTarget ? transport : -1))
        } catch {
            socket.send(.explain(error.description))
            socket.send(.ended(status: error.status))
            socket.drain()
        }
        // Not exit(): a library's own clean-up could hang, and there is nothing left to clean up.
        _exit(EX_OK)
    }
}
