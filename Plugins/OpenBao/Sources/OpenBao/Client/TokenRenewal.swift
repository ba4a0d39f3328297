import PluginKit

/// Renews one token for as long as that can be done, and says when it is about to end.
final class TokenRenewal {
    private let token: Token
    private unowned let client: VaultClient
    /// Its own hold on them: the client may be gone before this is.
    private let timers: Timers
    private let onLastLegs: () -> Void
    /// The life that it began with.
    private let firstLife: Duration
    private var expiry: ContinuousClock.Instant
    private var timer: Timers.Number?

    /// - Parameter onLastLegs: it ends soon; called more than once where nothing comes of it.
    init(_ token: Token, of timeToLive: Duration, client: VaultClient, onLastLegs: @escaping () -> Void) {
        self.token = token
        self.client = client
        timers = client.timers
        self.onLastLegs = onLastLegs
        firstLife = timeToLive
        expiry = .now + timeToLive
        schedule(in: Renewal.delay(of: timeToLive, random: .random(in: 0...1)))
    }

    deinit { timers.cancel(timer) }

    /// Zero when it has ended.
    var left: Duration { max(expiry - .now, .zero) }

    private func schedule(in delay: Duration) {
        timer = timers.after(delay) { [weak self] in self?.renew() }
    }

    private func renew() {
        guard left > .zero, token.life.isRenewable else { return onLastLegs() }
        client.send(LoginRequests.renew(token)) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let response) where response.isSuccess:
                guard let life = try? Token.granted(in: response.body)?.life else { return later() }
                take(life)
            case .success: onLastLegs()
            case .failure: later()
            }
        }
    }

    private func take(_ life: Token.Life) {
        // Less than a second is said as 0, which means for ever elsewhere.
        guard let granted = life.timeToLive else { return onLastLegs() }
        token.renewed(life)
        expiry = .now + granted
        schedule(in: Renewal.delay(of: granted, random: .random(in: 0...1)))
        if Renewal.isNearItsEnd(granted: granted, first: firstLife) { onLastLegs() }
    }

    /// Nobody answered.
    private func later() { schedule(in: Renewal.retryDelay(left: left)) }
}
