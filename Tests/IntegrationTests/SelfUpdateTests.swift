import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Real agents of two versions with a real key in them, handed out by a real server.
    @Suite struct SelfUpdateTests {
        /// A lab whose envoy runs the version that was built, with a release key in it.
        private static func withOlderAgent(_ body: (Lab, _ key: URL) async throws -> Void) async throws {
            try await Lab.with { lab in
                let key = try lab.makeSigningKey()
                try lab.publish(lab.buildAgent(newer: false, key: key), signedBy: key)
            } _: { lab in
                try await body(lab, lab.makeSigningKey())
            }
        }

        private static func version(_ lab: Lab) throws -> String? {
            let host = ProcessInfo.processInfo.hostName
            let shown = try lab.cli(["envoys", "show", host, "--output", "json"]).output
            return (try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any])?["agent_version"]
                as? String
        }

        private static func rebootstrap(_ lab: Lab, _ options: String...) throws -> Command {
            try lab.cli(["envoys", "rebootstrap", ProcessInfo.processInfo.hostName] + options)
        }

        private static func audit(_ lab: Lab, _ action: String) throws -> [String] {
            try lab.cli(["audit", "export"]).output.split(separator: "\n").map(String.init)
                .filter { $0.contains("\"\(action)\"") }
        }

        private static func exists(_ lab: Lab, _ path: String) -> Bool {
            FileManager.default.fileExists(atPath: lab.scratch.appending(path: path).path)
        }

        @Test func `a newer agent takes the older one's place, and the older one never comes back`() async throws {
            try await Self.withOlderAgent { lab, key in
                let older = try Lab.builtVersion()
                let newer = try Lab.newerVersion()
                #expect(try Self.version(lab) == older)
                let process = lab.agent.processID
                let terminal = try await lab.openShell()
                try lab.publish(lab.buildAgent(newer: true, key: key), signedBy: key)

                let busy = try Self.rebootstrap(lab)
                #expect(busy.status == 1)
                #expect(busy.errors.contains("1 session is open"))
                terminal.type("echo still $((40 + 2))\r")
                try await terminal.expect("still 42")
                #expect(try Self.version(lab) == older)

                let updated = try Self.rebootstrap(lab, "--end-sessions")
                #expect(updated.status == 0, "\(updated)")
                #expect(updated.output.contains("runs version \(newer)"))
                #expect(try await terminal.exitStatus() == 255)
                #expect(try await lab.session(in: "closed", "failed")["state"] as? String == "closed")
                try await lab.expectStripped()
                #expect(try Self.version(lab) == newer)
                #expect(try lab.list(["envoys", "list"]).map { $0["agent_version"] as? String } == [newer])
                // The same process: a service manager has seen no end.
                #expect(lab.agent.isRunning && lab.agent.processID == process)
                #expect(!Self.exists(lab, "state/update"))
                #expect(!Self.exists(lab, "bin/.vigo.previous"))
                #expect(try Self.audit(lab, "envoy.rebootstrapped").count == 1)
                #expect(try Self.audit(lab, "envoy.updated").filter { $0.contains(newer) }.count == 1)
                let again = try await lab.openShell()
                again.type("exit\r")
                #expect(try await again.exitStatus() == 0)

                let skipped = try Self.rebootstrap(lab)
                #expect(skipped.status == 0)
                #expect(skipped.output.contains("runs version \(newer) already"))
                try lab.publish(lab.buildAgent(newer: false, key: key), signedBy: key)
                let refused = try Self.rebootstrap(lab)
                #expect(refused.status == 1)
                let sentence = "version \(older) is older than \(newer), which runs here"
                #expect(refused.errors.contains(sentence))
                #expect(lab.agent.output.contains(sentence))
                #expect(try Self.audit(lab, "envoy.updated").contains { $0.contains(sentence) })
                #expect(try Self.version(lab) == newer)
            }
        }

        @Test func `what somebody else signed, or nobody, is refused with a sentence`() async throws {
            try await Self.withOlderAgent { lab, key in
                let stranger = try lab.makeSigningKey("stranger")
                let newer = try Lab.newerVersion()
                let agent = try lab.buildAgent(newer: true, key: stranger)
                let sentences = [
                    "the signature of version \(newer) is not by the key that this agent was built with",
                    "version \(newer) is not signed",
                ]
                for (signer, sentence) in zip([stranger, nil], sentences) {
                    try lab.publish(agent, signedBy: signer)
                    let refused = try Self.rebootstrap(lab)
                    #expect(refused.status == 1)
                    #expect(refused.errors.contains(sentence))
                    #expect(lab.agent.output.contains(sentence))
                    #expect(try Self.audit(lab, "envoy.updated").contains { $0.contains(sentence) })
                }
                #expect(try Self.version(lab) == Lab.builtVersion())
                #expect(!Self.exists(lab, "bin/.vigo.new"))
                let terminal = try await lab.openShell()
                terminal.type("exit\r")
                #expect(try await terminal.exitStatus() == 0)
            }
        }

        @Test func `a newer agent that crashes at its start is rolled back, and the older one says why`() async throws {
            try await Self.withOlderAgent { lab, key in
                let older = try Lab.builtVersion()
                let newer = try Lab.newerVersion()
                let agent = try lab.buildAgent(newer: true, key: key)
                try lab.breakStart(of: agent)
                try lab.publish(agent, signedBy: key)
                let host = ProcessInfo.processInfo.hostName
                let update = try Program(
                    Lab.program("vigocli"),
                    ["envoys", "rebootstrap", host],
                    environment: lab.operatorEnvironment,
                    log: lab.scratch.appending(path: "update.log")
                )
                var crashes = 0
                try await eventually("end of the update", within: .seconds(60), else: { lab.agent.output }) {
                    if !lab.agent.isRunning {
                        crashes += 1
                        try lab.launchAgent()
                    }
                    return !update.isRunning
                }
                #expect(crashes == 3)
                let sentence = "version \(newer) started 3 times and could not check in"
                #expect(update.output.contains(sentence))
                #expect(try Self.audit(lab, "envoy.updated").contains { $0.contains(sentence) })
                #expect(try Self.version(lab) == older)
                #expect(!Self.exists(lab, "state/update"))
                let terminal = try await lab.openShell()
                terminal.type("exit\r")
                #expect(try await terminal.exitStatus() == 0)
            }
        }
    }
}
