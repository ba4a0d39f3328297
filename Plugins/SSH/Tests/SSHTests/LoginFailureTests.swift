import PluginKit
import Testing

@testable import SSH

@Suite struct `Why a login failed` {
    private func failure(
        _ stage: LoginFailure.Stage,
        _ kind: SSHError.Kind,
        hello: String = "SSH-2.0-OpenSSH_9.2\r\n",
        farewell: String? = nil,
        methods: [String]? = nil,
        username: String = "dan"
    ) -> SessionFailure {
        var said = ServerHello()
        Array(hello.utf8).withUnsafeBytes { said.append($0) }
        return LoginFailure(
            stage: stage,
            error: SSHError(kind: kind, message: "the library's words"),
            username: username,
            hello: said,
            offer: KeyExchangeOffer(keyExchange: [], hostKey: [], cipher: [], mac: []),
            farewell: farewell,
            methods: methods
        ).failure
    }

    @Test func `is one sentence in every case`() {
        let stages: [LoginFailure.Stage] = [.handshake, .authentication, .channel, .terminal, .start, .session]
        let kinds: [SSHError.Kind] = [
            .disconnected, .noCommonAlgorithm, .hostKeyUnproved, .authenticationRefused, .unusableKey, .requestDenied,
            .timedOut, .other,
        ]
        for stage in stages {
            for kind in kinds {
                for hello in ["", "Exceeded MaxStartups\r\n", "SSH-2.0-OpenSSH_9.2\r\n"] {
                    let failure = failure(stage, kind, hello: hello)
                    #expect(failure.status.rawValue < 0)
                    #expect(failure.sentence.hasSuffix("."))
                    #expect(!failure.sentence.dropLast().contains(". "), "\(failure.sentence)")
                }
            }
        }
    }

    @Test func `names MaxStartups when sshd dropped us for it`() {
        let failure = failure(.handshake, .disconnected, hello: "Exceeded MaxStartups\r\n")
        #expect(failure.status == .unreachable)
        #expect(failure.sentence.contains("too many logins in progress"))
    }

    @Test func `repeats the server's farewell`() {
        let failure = failure(.authentication, .disconnected, farewell: "Your account has\r\nexpired")
        #expect(failure.status == .unauthorized)
        #expect(failure.sentence.contains("(“Your account has expired”)"))
    }

    @Test func `tells a refused key from a forbidden way in`() {
        #expect(
            failure(.authentication, .authenticationRefused, methods: ["publickey"]).sentence.contains(
                "refused the session's key for dan"
            )
        )
        #expect(
            failure(.authentication, .authenticationRefused, methods: ["password"]).sentence.contains(
                "it asks for password"
            )
        )
    }

    @Test func `carries no control characters of the agent's or the server's`() {
        let failure = failure(.channel, .requestDenied, username: "dan\u{1b}[2J\u{202e}")
        #expect(failure.sentence.contains("let dan[2J in"))
    }
}

@Suite struct `Text of the server's` {
    @Test func `keeps its lines and loses what could steer a terminal`() {
        #expect(Printable.lines("Keep out!\n\u{1b}[31mred\u{7}\r\n\ttab") == "Keep out!\r\n[31mred\r\n\ttab\r\n")
        #expect(Printable.lines("") == "")
        #expect(Printable.lines("größe\n") == "größe\r\n")
    }

    @Test func `is cut where it goes on for ever`() {
        #expect(Printable.words(String(repeating: "x", count: 1000)).count == 200)
    }
}

@Suite struct `How a remote program ended` {
    @Test func `is its status, or the name of a signal`() {
        #expect(RemoteExit(status: 7, signal: nil) == .status(7))
        #expect(RemoteExit(status: 0, signal: "TERM") == .signal("TERM"))
        #expect(RemoteExit(status: 0, signal: "SIGKILL") == .signal("KILL"))
        #expect(RemoteExit(status: 0, signal: "") == .status(0))
    }

    @Test func `is never a name that could be something else`() {
        #expect(RemoteExit(status: 0, signal: "\u{1b}[2J") == .signal("KILL"))
        #expect(RemoteExit(status: 0, signal: String(repeating: "A", count: 100)) == .signal("KILL"))
    }
}

@Suite struct `Whether the other side is alive` {
    private let start = ContinuousClock.now
    private let limits = Liveness.Limits(silence: .seconds(20), patience: .seconds(40))

    @Test func `is asked after a silence only`() {
        var liveness = Liveness(limits, now: start)
        #expect(liveness.step(received: 0, now: start + .seconds(5)) == .wait(.seconds(15)))
        #expect(liveness.step(received: 9, now: start + .seconds(19)) == .wait(.seconds(20)))
        #expect(liveness.step(received: 9, now: start + .seconds(39)) == .ask)
    }

    @Test func `is settled by whatever arrives`() {
        var liveness = Liveness(limits, now: start)
        #expect(liveness.step(received: 0, now: start + .seconds(20)) == .ask)
        #expect(liveness.step(received: 1, now: start + .seconds(21)) == .wait(.seconds(20)))
    }

    @Test func `is no more when the answer does not come`() {
        var liveness = Liveness(limits, now: start)
        #expect(liveness.step(received: 0, now: start + .seconds(20)) == .ask)
        #expect(liveness.step(received: 0, now: start + .seconds(30)) == .wait(.seconds(30)))
        #expect(liveness.step(received: 0, now: start + .seconds(60)) == .dead)
    }
}
