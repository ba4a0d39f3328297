import Testing
import Trust
import Wire
import WorkerProtocol

@testable import Broker
@testable import Host

@Suite struct SessionNeedsTests {
    private let needs = SessionNeeds(
        ["ssh-ephemeral-key/1", "ssh-host-keys/1"],
        operatorKey: EphemeralKey.generate().publicKey,
        login: nil
    )

    private func provision(_ name: String, _ parameters: [String: String]) -> Vigo_Agent_V1_Provision {
        .with {
            $0.name = name
            $0.parameters = parameters
        }
    }

    @Test func `an agent sets what was asked of it and nothing else`() throws {
        let provisions = [
            provision(
                "ssh-ephemeral-key/1",
                ["username": "dan", "term": "evil", "private-key": "x", "host-keys": "x"]
            ),
            provision("ssh-host-keys/1", ["host-keys": "ssh-ed25519 AAAA"]),
            provision("desktop/1", ["username": "root"]),
        ]
        #expect(try needs.parameters(of: provisions) == ["username": "dan", "host-keys": "ssh-ed25519 AAAA"])
        let fewer = SessionNeeds(["ssh-host-keys/1"], operatorKey: nil, login: nil)
        #expect(try fewer.parameters(of: provisions) == ["host-keys": "ssh-ed25519 AAAA"])
    }

    @Test(arguments: [
        "", "dan\u{1b}[2J", "dan\nroot", "dan\u{9b}2J", "\u{202e}nad", String(repeating: "d", count: 257),
    ])
    func `a user name that a terminal would obey, or that is none, ends the session`(name: String) {
        #expect(throws: SessionSetUpError.self) {
            try needs.parameters(of: [provision("ssh-ephemeral-key/1", ["username": name])])
        }
    }

    @Test func `what a worker says is fit for a terminal`() {
        let plugin = PluginDescriptor(id: "echo", label: "Echo", roles: [.terminal])
        func ending(_ heard: WorkerEnding.Heard) -> SessionEnding {
            SessionEnding(
                WorkerEnding(plugin: plugin, heard: heard, process: .exited(0), wasClosed: false),
                tunnelClosed: false
            )
        }
        #expect(
            ending(.init(status: -7, explanation: "bad\u{1b}]0;x\u{7}packet"))
                == .protocolFailed("bad ]0;x packet")
        )
        let signal = "TERM\u{1b}[2J" + String(repeating: "x", count: 100)
        #expect(ending(.init(status: -1, exitSignal: signal)).reason.count < 80)
        #expect(ending(.init(status: -1, exitSignal: signal)).signal?.hasPrefix("TERM [2Jxx") == true)
    }
}
