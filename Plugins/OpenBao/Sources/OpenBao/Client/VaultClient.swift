import PluginKit

/// The HTTP API with what every request needs: a token, a deadline, repetitions, and sentences for what went wrong.
final class VaultClient {
    /// 2xx, 400 and 404 are answers, which mean something to whoever asked; anything else is an error by then.
    typealias Completion = (Result<HTTPResponse, ExchangeRefusal>) -> Void

    let settings: Settings
    let timers: Timers
    private let http: HTTPClient
    /// Set once, right after this: each of the two needs the other.
    private(set) var login: Login!

    init(_ settings: Settings, http: HTTPClient, timers: Timers) {
        self.settings = settings
        self.http = http
        self.timers = timers
    }

    func use(_ login: Login) { self.login = login }

    /// - Parameter deadline: the completion is called by then, whatever happens. Without one the time-out counts from now.
    func send(_ request: APIRequest, by deadline: ContinuousClock.Instant? = nil, _ completion: @escaping Completion) {
        let call = Call(
            request: request,
            deadline: deadline ?? .now + settings.timeout,
            // Where nobody has answered lately, one attempt says as much as many, and sooner.
            isHopeful: !http.isDown,
            completion: completion
        )
        // Transfers have times of their own; this is for what waits, for a login above all.
        call.timer = timers.after(call.deadline - .now) {
            self.finish(call, .failure(.late(self.settings.address)))
        }
        proceed(call)
    }

    /// A token, or why there is none, by then.
    func token(by deadline: ContinuousClock.Instant, _ completion: @escaping Login.Completion) {
        var completion: Login.Completion? = completion
        func finish(_ result: Result<Token, ExchangeRefusal>) {
            completion?(result)
            completion = nil
        }
        let timer = timers.after(deadline - .now) { finish(.failure(.late(self.settings.address))) }
        login.token { result in
            self.timers.cancel(timer)
            finish(result)
        }
    }

    private func finish(_ call: Call, _ result: Result<HTTPResponse, ExchangeRefusal>) {
        timers.cancel(call.timer)
        guard let completion = call.completion else { return }
        call.completion = nil
        completion(result)
    }

    private final class Call {
        let request: APIRequest
        let deadline: ContinuousClock.Instant
        let isHopeful: Bool
        /// Nil when it was called.
        var completion: Completion?
        var timer: Timers.Number?
        var attempts = 0
        var hasNewToken = false

        init(
            request: APIRequest,
            deadline: ContinuousClock.Instant,
            isHopeful: Bool,
            completion: @escaping Completion
        ) {
            self.request = request
            self.deadline = deadline
            self.isHopeful = isHopeful
            self.completion = completion
        }
    }

    private func proceed(_ call: Call) {
        guard call.completion != nil else { return }
        switch call.request.credential {
        case .none: transmit(call, nil)
        case .this(let token): transmit(call, token)
        case .current:
            login.token { result in
                switch result {
                case .success(let token): self.transmit(call, token)
                case .failure(let error): self.finish(call, .failure(error))
                }
            }
        }
    }

    private func transmit(_ call: Call, _ token: Token?) {
        guard call.completion != nil else { return }
        call.attempts += 1
        // Half of the time at most, so that one answer that never comes does not use up all of it.
        let left = max(call.deadline - .now, .milliseconds(1))
        let request = call.request
        http.start(
            HTTPRequest(
                method: request.method,
                path: "/v1/\(request.path)\(request.query.isEmpty ? "" : "?")\(request.query)",
                token: token?.value,
                body: request.body,
                largestAnswer: request.largestAnswer,
                timeout: min(left, max(settings.timeout / 2, .seconds(1)))
            )
        ) { result in
            switch result {
            case .success(let response): self.judge(call, token, response)
            case .failure(let error): self.judge(call, error)
            }
        }
    }

    private func judge(_ call: Call, _ error: TransferError) {
        let isUnclear = !call.request.isRepeatable && error.wasSent
        let failure = ExchangeRefusal.transfer(error, settings.address, isUnclear: isUnclear)
        switch error.kind {
        case .untrusted, .tooLarge: finish(call, .failure(failure))
        default:
            guard !isUnclear else { return finish(call, .failure(failure)) }
            again(call, asked: nil, else: failure)
        }
    }

    private func judge(_ call: Call, _ token: Token?, _ response: HTTPResponse) {
        switch response.status {
        case 200..<300, 400, 404: finish(call, .success(response))
        case 403: judgeRefusal(call, token, response)
        case 300..<400: finish(call, .failure(.standby(settings.address)))
        case 413: finish(call, .failure(.tooLargeForServer))
        case let status where Retry.isWorthwhile(status: status):
            let words = Answers.errors(response.body)
            if words.contains("too large") { return finish(call, .failure(.tooLargeForServer)) }
            if status == 503, words.contains("sealed") { return finish(call, .failure(.sealed(settings.address))) }
            again(call, asked: response.retryAfter, else: .busy(settings.address, status: status, words))
        case 501: finish(call, .failure(.notInitialized(settings.address)))
        case let status:
            let words = Answers.errors(response.body)
            finish(call, .failure(.busy(settings.address, status: status, words)))
        }
    }

    /// 403 is said of tokens that have ended and of policies that lack something: two different things for us.
    private func judgeRefusal(_ call: Call, _ token: Token?, _ response: HTTPResponse) {
        guard case .current = call.request.credential, let token else { return finish(call, .success(response)) }
        let denied = ExchangeRefusal.denied(call.request.path, call.request.capability)
        guard !call.hasNewToken else { return finish(call, .failure(denied)) }
        login.examine(token) { verdict in
            switch verdict {
            case .valid: self.finish(call, .failure(denied))
            case .replaced:
                call.hasNewToken = true
                self.proceed(call)
            case .failed(let error): self.finish(call, .failure(error))
            }
        }
    }

    private func again(_ call: Call, asked: Duration?, else failure: ExchangeRefusal) {
        let delay = Retry.delay(after: call.attempts, asked: asked, random: .random(in: 0...1))
        guard call.isHopeful, .now + delay < call.deadline else { return finish(call, .failure(failure)) }
        timers.after(delay) { self.proceed(call) }
    }
}
