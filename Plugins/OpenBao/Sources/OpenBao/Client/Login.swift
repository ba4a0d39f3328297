import PluginKit

/// The token that requests go with: gets it, keeps it alive, replaces it.
final class Login {
    typealias Completion = (Result<Token, ExchangeRefusal>) -> Void

    enum Verdict {
        /// It was not the token.
        case valid
        /// There is another one by now.
        case replaced
        case failed(ExchangeRefusal)
    }

    struct Limits {
        /// How long refused credentials are answered for before the plugin ends, and whoever starts it again reads them anew.
        var refusal: Duration = .seconds(60)
        var firstPause: Duration = .seconds(1)
        var longestPause: Duration = .seconds(30)
    }

    private enum State {
        case out
        case asking
        case loggedIn(Token)
        /// For good: nothing that we can do ourselves would help.
        case refused(ExchangeRefusal)
    }

    /// Owns this.
    private unowned let client: VaultClient
    private let credentials: WipedBytes
    private let limits: Limits
    private let log: (String) -> Void
    private let onRefusal: (SessionFailure) -> Void
    private var state = State.out
    private var waiting: [Completion] = []
    private var examining: [(Verdict) -> Void] = []
    private var renewal: TokenRenewal?
    private var nextTry: Timers.Number?
    private var pause: Duration
    /// Called after each login.
    var onLogin: () -> Void = {}

    private var settings: Settings { client.settings }
    private var timers: Timers { client.timers }

    /// - Parameter onRefusal: the session is to end with this.
    init(
        _ client: VaultClient,
        credentials: WipedBytes,
        limits: Limits = Limits(),
        log: @escaping (String) -> Void,
        onRefusal: @escaping (SessionFailure) -> Void
    ) {
        self.client = client
        self.credentials = credentials
        self.limits = limits
        self.log = log
        self.onRefusal = onRefusal
        pause = limits.firstPause
    }

    /// The token in use, after a login where there is none.
    func token(_ completion: @escaping Completion) {
        switch state {
        case .loggedIn(let token): completion(.success(token))
        case .refused(let error): completion(.failure(error))
        case .asking: waiting.append(completion)
        case .out:
            waiting.append(completion)
            begin()
        }
    }

    /// Whether a token that was refused is still one.
    func examine(_ token: Token, _ completion: @escaping (Verdict) -> Void) {
        guard case .loggedIn(let current) = state, current === token else {
            return self.token { result in
                switch result {
                case .success: completion(.replaced)
                case .failure(let error): completion(.failed(error))
                }
            }
        }
        examining.append(completion)
        guard examining.count == 1 else { return }
        client.send(LoginRequests.look(token)) { result in self.judge(token, result) }
    }

    /// Gives back what a login brought: nobody else knows that this token is not needed any more.
    func logOut(_ completion: @escaping () -> Void) {
        guard settings.method.canLogIn, case .loggedIn(let token) = state else { return completion() }
        state = .out
        client.send(LoginRequests.revoke(token)) { _ in completion() }
    }

    private func judge(_ token: Token, _ result: Result<HTTPResponse, ExchangeRefusal>) {
        let asked = examining
        examining = []
        switch result {
        case .success(let response) where response.isSuccess: asked.forEach { $0(.valid) }
        case .success:
            if case .loggedIn(let current) = state, current === token {
                log("The token is not valid any more")
                state = .out
            }
            for completion in asked {
                self.token { result in
                    switch result {
                    case .success: completion(.replaced)
                    case .failure(let error): completion(.failed(error))
                    }
                }
            }
        case .failure(let error): asked.forEach { $0(.failed(error)) }
        }
    }

    // MARK: Logging in

    /// Also while an older token still serves: requests go on with that one.
    private func begin() {
        if case .loggedIn = state {} else { state = .asking }
        timers.cancel(nextTry)
        if case .token = settings.method {
            let given = Token(credentials.withBytes { WipedBytes($0) }, Token.Life())
            client.send(LoginRequests.look(given)) { result in
                self.conclude(result) { body in
                    given.renewed(try Token.life(in: body))
                    return given
                }
            }
        } else {
            client.send(LoginRequests.login(settings, credentials)) { result in
                self.conclude(result, Token.granted)
            }
        }
    }

    private func conclude(_ result: Result<HTTPResponse, ExchangeRefusal>, _ read: (WipedBytes) throws -> Token?) {
        switch result {
        case .failure(let error): fail(error)
        case .success(let response):
            guard response.isSuccess else {
                return refuse(.refusedLogin(settings, Answers.errors(response.body)), .unauthorized)
            }
            guard let token = try? read(response.body) else { return fail(.nonsense(settings.address)) }
            checkMount(token)
        }
    }

    /// A store of version 1 takes what we write, and loses it among other things.
    private func checkMount(_ token: Token) {
        client.send(LoginRequests.mount(settings.mount, token)) { result in
            // Without any right there this answers 403: the first request will say so better.
            if case .success(let response) = result, response.isSuccess,
                let mount = try? Answers.Mount(response.body), !mount.isVersionTwo
            {
                return self.refuse(.notVersionTwo(self.settings.mount), .unsupported)
            }
            self.succeed(token)
        }
    }

    private func succeed(_ token: Token) {
        state = .loggedIn(token)
        pause = limits.firstPause
        let end = token.life.timeToLive.map { ", for \($0.components.seconds) seconds unless renewed" } ?? ""
        log("Logged in by \(settings.method.name)\(end)")
        keep(token)
        release(.success(token))
        onLogin()
    }

    private func refuse(_ error: ExchangeRefusal, _ status: Status) {
        timers.cancel(nextTry)
        if case .loggedIn = state, let left = renewal?.left, left > .zero {
            log("No new token, the old one serves for \(left.components.seconds) seconds: \(error.sentence)")
            nextTry = timers.after(max(left / 2, limits.firstPause)) { self.begin() }
            return
        }
        state = .refused(error)
        timers.after(limits.refusal) { self.onRefusal(error.ending(status)) }
        release(.failure(error))
    }

    private func fail(_ error: ExchangeRefusal) {
        let isStillServed = if case .loggedIn = state { true } else { false }
        if !isStillServed { state = .out }
        release(.failure(error))
        // Tried again also when nobody asks, so that the way is clear when somebody does.
        nextTry = timers.after(pause) { self.begin() }
        pause = min(pause * 2, limits.longestPause)
    }

    private func release(_ result: Result<Token, ExchangeRefusal>) {
        let completions = waiting
        waiting = []
        completions.forEach { $0(result) }
    }

    // MARK: Keeping it

    private func keep(_ token: Token) {
        renewal = token.life.timeToLive.map { timeToLive in
            TokenRenewal(token, of: timeToLive, client: client) { [unowned self] in replace() }
        }
    }

    /// A new login where there can be one; a token that was given to us serves until it ends.
    private func replace() {
        guard settings.method.canLogIn else {
            let left = renewal?.left.components.seconds ?? 0
            return log(
                "The token in the credentials file ends in \(left) seconds and cannot be renewed: put a new one there"
            )
        }
        begin()
    }
}
