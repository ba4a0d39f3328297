import Glibc
import PluginKit

/// One operator's session: log in, start a shell, carry bytes until either side ends it.
final class Session {
    /// Thrown where the operator or the server ended the session.
    struct Cancelled: Error {}

    struct Limits {
        var login: Duration = .seconds(30)
        var close: Duration = .seconds(5)
        var liveness = Liveness.Limits()
    }

    let host: Host
    let terminal: Terminal
    let settings: Settings
    let connection: SSHConnection
    let limits: Limits
    var size = WindowSize(columns: 80, rows: 24)
    var stage = LoginFailure.Stage.handshake
    private var methods: [String]?

    /// The transport is the session's to close, also when it cannot begin.
    init(host: Host, transport: CInt, limits: Limits = Limits()) throws {
        do {
            settings = try Settings(host.parameter)
            guard let terminal = host.terminal else {
                throw SessionFailure(.unsupported, "This host has no terminal for an SSH session.")
            }
            self.terminal = terminal
        } catch {
            close(transport)
            throw error
        }
        self.host = host
        self.limits = limits
        connection = try SSHConnection(descriptor: transport, hostKeyAlgorithms: settings.hostKeys.signatureAlgorithms)
    }

    func run() throws -> SessionEnd {
        // What was typed ahead stays with the host until there is a shell to read it.
        terminal.holdInput(true)
        do {
            try logIn()
            try startProgram()
            host.ready()
            terminal.holdInput(false)
            try Relay(self).run()
            return .closed
        } catch is Cancelled {
            connection.disconnect()
            return .cancelled
        } catch let error as SSHError {
            connection.disconnect()
            throw explain(error)
        } catch {
            connection.disconnect()
            throw error
        }
    }

    private func logIn() throws {
        try complete(connection.handshake)
        guard settings.hostKeys.contains(connection.hostKey) else {
            throw SessionFailure(
                .untrusted,
                "The envoy's sshd showed a host key that is not among those its agent reported: something else may listen on that port."
            )
        }
        stage = .authentication
        try authenticate()
        if let banner = connection.endLogin() { show(Printable.lines(banner)) }
    }

    private func authenticate() throws {
        let (connection, username) = (connection, settings.username)
        do {
            try host.withSecret(Settings.Name.privateKey) { key in
                guard let key else { throw SessionFailure(.invalid, "The session came without its private key.") }
                try complete { try connection.authenticate(username, privateKey: key) }
            }
        } catch let error as SSHError where error.kind == .authenticationRefused {
            // What it would accept tells a wrong key from a forbidden way in. It may also have had enough of us.
            try? complete {
                self.methods = try connection.offeredMethods(username)
                return self.methods != nil
            }
            throw error
        }
    }

    private func startProgram() throws {
        stage = .channel
        try complete(connection.openChannel)
        stage = .terminal
        let size = size
        try complete { try self.connection.requestTerminal(self.settings.term, modes: TerminalModes.bytes, size) }
        stage = .start
        try complete { try self.connection.start(self.settings.command) }
        stage = .session
        if self.size != size { try complete { try self.connection.resize(self.size) } }
    }

    /// Repeats a step until the transport let it happen, and sees to the host meanwhile.
    func complete(within limit: Duration? = nil, _ step: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + (limit ?? limits.login)
        while try !step() {
            let left = deadline - .now
            guard left > .zero else { throw SSHError(kind: .timedOut, message: "time-out") }
            let readiness = host.wait(
                transport: connection.transport.descriptor,
                reading: true,
                writing: connection.transport.wantsToWrite,
                timeout: left
            )
            if readiness.isWritable { connection.transport.flush() }
            guard readiness.hasEvents else { continue }
            while let event = host.nextEvent() {
                switch event {
                case .close: throw Cancelled()
                case .resize(let size): self.size = size
                default: break
                }
            }
        }
    }

    /// A few lines of ours or the server's before the shell's own output; what a full terminal does not take is lost.
    private func show(_ text: String) {
        var text = text
        text.withUTF8 { _ = try? terminal.write(UnsafeRawBufferPointer($0)) }
    }

    private func explain(_ error: SSHError) -> SessionFailure {
        LoginFailure(
            stage: stage,
            error: error,
            username: settings.username,
            hello: connection.transport.hello,
            offer: connection.offer,
            farewell: connection.transport.farewell,
            methods: methods
        ).failure
    }
}
