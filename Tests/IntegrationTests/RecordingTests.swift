import Foundation
import Lab
import Testing

/// Recordings of real sessions: what is in them, who can tell when they were changed, and what survives a crash or a full disk.
extension IntegrationTests {
    @Suite struct RecordingTests {
        private static let enabled = "  recording_enabled: true\n  recording_min_free_mib: 1\n"

        private func recording(_ lab: Lab) throws -> [String: Any] {
            try #require(try lab.list(["scrier", "recordings", "list"]).first)
        }

        private func file(_ lab: Lab, _ session: String) throws -> URL {
            let found = try Command.shell(
                "find '\(lab.scratch.path)/server/recordings' -name '\(session.lowercased()).cast'"
            ).output
            return URL(filePath: found.trimmingCharacters(in: .whitespacesAndNewlines))
        }

        private func show(_ lab: Lab, _ session: String) throws -> [String: Any] {
            let shown = try lab.cli(["scrier", "recordings", "show", session, "--output", "json"])
            return try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any] ?? [:]
        }

        /// One session in which `words` stood on the screen.
        private func record(_ lab: Lab, _ words: String) async throws -> String {
            let terminal = try await lab.openShell(columns: 90, rows: 28)
            #expect(terminal.screen.contains("this session is recorded"))
            terminal.type("stty -echo; read -r secret\r")
            try await Task.sleep(for: .milliseconds(300))
            terminal.type("hun''ter2\rstty echo; echo \(words)\r")
            try await terminal.expect(words.replacingOccurrences(of: "'", with: ""))
            terminal.resize(columns: 101, rows: 31)
            try await Task.sleep(for: .milliseconds(300))
            terminal.type("exit\r")
            #expect(try await terminal.exitStatus() == 0)
            try await eventually("end of the recording") { try recording(lab)["state"] as? String == "finished" }
            return try #require(try recording(lab)["session_id"] as? String)
        }

        @Test func `a recorded session is verified and plays, here and in asciinema; input is not in it`() async throws
        {
            try await Lab.with(configuration: Self.enabled) { lab in
                let session = try await record(lab, "mar''mot")
                #expect(try show(lab, session)["verdict"] as? String == "verified")
                let cast = try lab.cli(["scrier", "recordings", "export", session])
                #expect(cast.status == 0 && cast.output.hasPrefix(#"{"version":2,"width":90,"height":28,"#))
                #expect(cast.output.contains("marmot") && cast.output.contains(#","r","101x31"]"#))
                #expect(!cast.output.contains("hunter2") && !cast.output.contains("hun''ter2"))
                let played = try lab.cli(["scrier", "recordings", "play", session, "--speed", "64"])
                #expect(played.status == 0 && played.output.contains("marmot") && played.errors.contains("verified"))
                let asciinema = try TerminalProgram(
                    URL(filePath: "/usr/bin/asciinema"),
                    ["play", "--speed", "20", try file(lab, session).path],
                    environment: ["TERM": "xterm-256color"]
                )
                try await asciinema.expect("marmot")
                #expect(try await asciinema.exitStatus() == 0)
                #expect(try lab.auditActions().filter { $0 == "recording.viewed" }.count == 1)
                #expect(try lab.cli(["audit", "verify"]).status == 0)
            }
        }

        @Test func `a word that stood on the screen finds the recording, and the moment`() async throws {
            try await Lab.with(configuration: Self.enabled) { lab in
                let session = try await record(lab, "'sel''dom mar''mot'")
                try await eventually("text in the index") {
                    try lab.list(["scrier", "recordings", "search", "seldom marm*"]).count == 1
                }
                let found = try #require(try lab.list(["scrier", "recordings", "search", "MARMOT"]).first)
                #expect(found["session_id"] as? String == session)
                let matches = try #require(found["matches"] as? [[String: Any]])
                #expect(matches.contains { $0["text"] as? String == "seldom marmot" })
                #expect(matches.allSatisfy { ($0["time"] as? Double ?? 0) > 0 })
                let table = try lab.cli(["scrier", "recordings", "search", "marmot"])
                #expect(table.output.contains(session.lowercased()) && table.output.contains("seldom marmot"))
                let none = try lab.cli(["scrier", "recordings", "search", "hunter2"])
                #expect(none.status == 0 && none.output.contains("no screen"))
                let text = try lab.cli(["scrier", "recordings", "export", session, "--format", "txt"])
                #expect(text.output.contains("seldom marmot\n") && !text.output.contains("\u{1B}"))
                #expect(try lab.auditActions().contains("recording.searched"))
                try lab.cli(["scrier", "recordings", "delete", session])
                #expect(try lab.list(["scrier", "recordings", "search", "marmot"]).isEmpty)
                #expect(try lab.cli(["scrier", "recordings", "play", session]).status == 1)
            }
        }

        @Test func `an altered recording is said to be altered and is played by force only`() async throws {
            try await Lab.with(configuration: Self.enabled) { lab in
                let session = try await record(lab, "orig''inal")
                let file = try file(lab, session)
                let text = try String(contentsOf: file, encoding: .utf8)
                try text.replacingOccurrences(of: "original", with: "innocent").write(
                    to: file,
                    atomically: false,
                    encoding: .utf8
                )
                #expect(try show(lab, session)["verdict"] as? String == "altered")
                let refused = try lab.cli(["scrier", "recordings", "play", session, "--speed", "64"])
                #expect(refused.status == 1 && refused.errors.contains("not as it was written"))
                #expect(!refused.output.contains("innocent"))
                let forced = try lab.cli(["scrier", "recordings", "play", session, "--speed", "64", "--force"])
                #expect(forced.status == 0 && forced.output.contains("innocent") && forced.errors.contains("WARNING"))
                #expect(try lab.cli(["scrier", "recordings", "export", session]).status == 1)
            }
        }

        @Test func `a server that is killed leaves all but the last second, which plays as cut short`() async throws {
            try await Lab.with(configuration: Self.enabled) { lab in
                let terminal = try await lab.openShell()
                terminal.type("echo bef''ore\r")
                try await terminal.expect("before")
                try await Task.sleep(for: .seconds(2))
                terminal.type("i=0; while :; do echo line $i; i=$((i+1)); done\r")
                try await terminal.expect("line 100")
                lab.server.kill()
                #expect(try await terminal.exitStatus(within: .seconds(90)) == 255)
                try await lab.startServer()
                try await eventually("end of the recording", else: { "\((try? recording(lab)) ?? [:])" }) {
                    try recording(lab)["state"] as? String == "cut_short"
                }
                let session = try #require(try recording(lab)["session_id"] as? String)
                #expect(try show(lab, session)["verdict"] as? String == "verified")
                #expect(try lab.auditActions().contains("recording.finished"))
                let played = try lab.cli(["scrier", "recordings", "play", session, "--speed", "64"])
                #expect(played.status == 0 && played.output.contains("before"))
                let asciinema = try TerminalProgram(
                    URL(filePath: "/usr/bin/asciinema"),
                    ["cat", try file(lab, session).path],
                    environment: ["TERM": "xterm-256color"],
                    keeping: 1 << 25
                )
                #expect(try await asciinema.exitStatus() == 0)
                #expect(asciinema.screen.contains("before") && !asciinema.screen.contains("Traceback"))
            }
        }

        @Test func `on a disk that is nearly full sessions are refused, and end before it is full`() async throws {
            let configuration = "  recording_enabled: true\n  recording_min_free_mib: 24\n"
            try await Lab.with(configuration: configuration) { lab in
                let directory = lab.scratch.appending(path: "server/recordings").path
                await lab.server.stop()
                let mounted = try Command.shell("mount -t tmpfs -o size=32m,mode=0700 tmpfs '\(directory)'")
                try #require(mounted.status == 0, "\(mounted.errors)")
                defer { _ = try? Command.shell("umount -l '\(directory)'") }
                try await lab.startServer()
                try await eventually("return of the envoy", within: .seconds(90)) {
                    try lab.envoy()["connected"] as? Bool == true
                }
                let terminal = try await lab.openShell()
                terminal.type("head -c 30000000 /dev/zero; echo do''ne\r")
                #expect(try await terminal.exitStatus(within: .seconds(60)) == 255)
                #expect(terminal.screen.contains("could not be recorded any more"))
                let refused = try lab.ssh()
                #expect(try await refused.exitStatus() == 255)
                #expect(refused.screen.contains("nearly full") && refused.screen.contains("--without-recording"))
                let escape = try lab.ssh(["--without-recording", "--reason", "repairing the disk"])
                try await escape.expect("$ ")
                escape.type("exit\r")
                #expect(try await escape.exitStatus() == 0)
                #expect(try lab.auditActions().contains("recording.bypassed"))
                let states = try lab.list(["scrier", "recordings", "list"]).compactMap { $0["state"] as? String }
                #expect(states.sorted() == ["bypassed", "cut_short"])
            }
        }
    }
}
