import Glibc
import NIOCore
import NIOPosix
package import Wire

/// Finds whoever has the vault open, or opens it for as long as a command runs.
package struct VaultFinder: Sendable {
    private let places: VaultPlaces
    private let environment: [String: String]

    /// Tenths of a second.
    private static let patience = 100

    package init(_ places: VaultPlaces, environment: [String: String] = Environment.current) {
        self.places = places
        self.environment = environment
    }

    package func with<Result>(_ body: (any VaultAccess) async throws -> Result) async throws -> Result {
        try await open { access, _ in try await body(access) }
    }

    /// How the vault is, and the admin socket of the server that has it open; nil where that was this command.
    package func report() async throws -> (server: String?, vault: SecretsReport) {
        try await open { access, server in (server, try await access.status()) }
    }

    private func open<Result>(
        _ body: (any VaultAccess, _ server: String?) async throws -> Result
    ) async throws -> Result {
        let choice = try await choose()
        if case .server(let socket) = choice { return try await body(VaultClient(try client(socket)), socket) }
        if case .refuse(let error) = choice, error.code != "in_use" { throw error }
        let turn = try await VaultTurn(directory: places.directory)
        defer { withExtendedLifetime(turn) {} }
        // A server may have started while others had their turn.
        if case .server(let socket) = try await patientChoice() {
            return try await body(VaultClient(try client(socket)), socket)
        }
        let server = try VaultServerProcess(places, environment: environment)
        defer { server.stop() }
        return try await body(VaultClient(try client(try server.socket())), nil)
    }

    private var lockFile: VaultLockFile { VaultLockFile(directory: places.directory) }

    /// The server, or ourselves. Patient with who holds the vault and is no server: most likely the helper of a command that
    /// was killed, which is ending.
    private func patientChoice() async throws -> VaultChoice {
        for _ in 0..<Self.patience {
            let choice = try await choose()
            guard case .refuse(let error) = choice else { return choice }
            guard error.code == "in_use" else { throw error }
            try await Task.sleep(for: .milliseconds(100))
        }
        let choice = try await choose()
        if case .refuse(let error) = choice { throw error }
        return choice
    }

    private func choose() async throws -> VaultChoice {
        let chosen = environment["VIGO_ADMIN_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let sockets = chosen.map { [$0] } ?? ["\(places.parent)/admin.sock", OperatorConfiguration.systemAdminSocket]
        var answers: [(socket: String, answer: VaultChoice.Answer)] = []
        for socket in sockets { answers.append((socket, await ask(socket))) }
        return VaultChoice.make(
            answers,
            directory: places.directory,
            isChosen: chosen != nil,
            isLocked: try lockFile.isHeld(),
            isOurs: isOurs
        )
    }

    private func ask(_ socket: String) async -> VaultChoice.Answer {
        guard GuardedFile.exists(socket) else { return .noServer }
        do {
            var client = try client(socket)
            client.patience = .seconds(10)
            return .vault(directory: try await VaultClient(client).status().directory)
        } catch let error as OperatorError where error.code == nil {
            // It was not reached: nobody listens, or it is not ours to use.
            return access(socket, W_OK) == 0 ? .noServer : .refused(error.description)
        } catch let error as OperatorError where error.code == "not_found" || error.code == "http_404" {
            return .refused("the server at \(socket) is too old to know of secrets")
        } catch {
            return .refused("\(error)")
        }
    }

    private func client(_ socket: String) throws -> APIClient {
        let configuration = OperatorConfiguration(server: .adminSocket(path: socket))
        return APIClient(try ServerConnection(configuration, group: Self.group))
    }

    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// The same directory, whatever it is called.
    private func isOurs(_ other: String) -> Bool {
        var (ours, theirs) = (stat(), stat())
        guard stat(places.directory, &ours) == 0, stat(other, &theirs) == 0 else { return other == places.directory }
        return ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino
    }
}
