import PluginKit

/// The plugin's `run`: one thread that serves the host's requests until it is told to stop.
final class Session {
    struct Limits {
        var dialler = Dialler.Limits()
        var login = Login.Limits()
        /// For giving the token back when the session ends.
        var farewell: Duration = .seconds(1)
    }

    private let host: Host
    private let limits: Limits
    private let http: HTTPClient
    private let timers: Timers
    private let client: VaultClient
    private let changes: ChangeWatch
    private let replies: Replies
    private let requests: Requests
    private let login: Login
    private var isClosing = false
    private let ending: Ending

    /// Why the session is to end, said by whoever finds out.
    private final class Ending { var failure: SessionFailure? }

    init(host: Host, limits: Limits = Limits()) throws {
        let settings = try Settings(host.parameter)
        guard let exchange = host.exchange else {
            throw SessionFailure(.unsupported, "This host asks nothing of a secrets backend.")
        }
        guard let dial = host.dial else {
            throw SessionFailure(.unsupported, "This host connects the openbao backend to nothing.")
        }
        let credentials = try host.withSecret(Settings.Name.credentials) {
            try Credentials.read($0, for: settings.method)
        }
        let dialler = Dialler(requiresLoopback: !settings.address.isTLS, limits: limits.dialler) {
            try dial.open($0, timeout: $1)
        }
        let http = try HTTPClient(settings, dialler: dialler)
        let (timers, ending, log) = (Timers(), Ending(), host.log)
        let client = VaultClient(settings, http: http, timers: timers)
        let inventory = InventoryReader(client)
        let foreignChange = ForeignChange()
        let changes = ChangeWatch(inventory, timers: timers, interval: settings.pollInterval) { foreignChange.body() }
        let replies = Replies(exchange) { changes.epoch }
        foreignChange.body = { [weak replies] in replies?.notifyEpoch() }
        let login = Login(client, credentials: credentials, limits: limits.login, log: { log.info($0) }) {
            ending.failure = $0
        }
        login.onLogin = { [weak changes] in
            inventory.tryScanningAgain()
            changes?.look()
        }
        client.use(login)
        (self.host, self.limits, self.http, self.timers, self.client) = (host, limits, http, timers, client)
        (self.changes, self.replies, self.login, self.ending) = (changes, replies, login, ending)
        requests = Requests(KVStore(client, inventory: inventory, changes: changes), replies)
    }

    /// The two ends know each other only after both are made.
    private final class ForeignChange { var body: () -> Void = {} }

    func run() throws -> SessionEnd {
        defer { dismantle() }
        host.ready()
        // Nobody has to ask first: the token is there when somebody does.
        login.token { _ in }
        while !isClosing && ending.failure == nil { turn() }
        guard let failure = ending.failure, !isClosing else {
            sayFarewell()
            return .cancelled
        }
        replies.answerAll(ExchangeRefusal(.unavailable, failure.sentence))
        throw failure
    }

    private func turn() {
        takeEvents()
        timers.fire()
        http.perform()
        guard !isClosing, ending.failure == nil else { return }
        http.wait(events: host.events, timeout: timers.wait)
    }

    private func takeEvents() {
        while let event = host.nextEvent() {
            switch event {
            case .close:
                isClosing = true
                return
            case .request(let number, let method, let body): requests.take(number, method, body)
            case .writable: replies.flush()
            default: break
            }
        }
    }

    private func sayFarewell() {
        var isOver = false
        login.logOut { isOver = true }
        timers.after(limits.farewell) { isOver = true }
        while !isOver {
            http.perform()
            timers.fire()
            guard !isOver else { return }
            http.wait(events: -1, timeout: timers.wait)
        }
    }

    /// What waits holds those who wait for it: let go of all of it, so that its memory is wiped.
    private func dismantle() {
        http.cancelAll()
        timers.cancelAll()
    }
}
