import NIOPosix

/// Changes users' authorized_keys through helper processes, a few at a time.
struct AuthorizedKeysWriter: Sendable {
    private let executable: String
    private let locks: String
    private let threads: NIOThreadPool

    /// `locks`: a directory of the agent's own.
    init(executable: String = "/proc/self/exe", locks: String, threads: NIOThreadPool) {
        self.executable = executable
        self.locks = locks
        self.threads = threads
    }

    func install(
        operatorKey: AuthorizedKey,
        login: String?,
        ephemeralKey: String,
        envoy: String,
        session: String,
        seconds: Int
    ) async throws -> HelperAnswer {
        try await ask(
            .install(
                .init(
                    operatorKey: operatorKey,
                    login: login,
                    ephemeralKey: ephemeralKey,
                    envoy: envoy,
                    session: session,
                    seconds: seconds,
                    locks: locks
                )
            )
        )
    }

    func strip(user: String, session: String) async throws -> HelperAnswer {
        try await ask(.strip(.init(user: user, session: session, locks: locks)))
    }

    func sweep(envoy: String, keeping: Set<String>, users: [String]? = nil) async throws -> HelperAnswer {
        try await ask(.sweep(.init(envoy: envoy, keeping: keeping, users: users, locks: locks)))
    }

    private func ask(_ request: HelperRequest) async throws -> HelperAnswer {
        let helper = HelperProcess(executable: executable)
        return try await threads.runIfActive { try helper.ask(request) }
    }
}
