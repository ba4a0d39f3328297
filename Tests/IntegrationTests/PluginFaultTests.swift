import Foundation
import Lab
import Testing

/// Plugins that misbehave, under the running server: what the operator is told, what is written down, and that nobody
/// else notices.
extension IntegrationTests {
    @Suite(.serialized, .sharedLab) struct PluginFaultTests {
        private func plugin(_ file: String) throws -> [String: Any]? {
            try Lab.shared.list(["plugins", "list"]).first { $0["file"] as? String == file }
        }

        /// A shell that was open before the fault and answers after it.
        private func expectUndisturbed(_ shell: TerminalProgram) async throws {
            let number = Int.random(in: 1000...9999)
            shell.type("echo still $((\(number) + 10000))\r")
            try await shell.expect("still \(number + 10000)")
            shell.type("exit\r")
            #expect(try await shell.exitStatus() == 0)
        }

        private func expectAudited(_ session: [String: Any]) throws {
            let id = try #require(session["id"] as? String).lowercased()
            let export = try Lab.shared.cli(["audit", "export"]).output.split(separator: "\n").filter {
                $0.contains(id)
            }
            #expect(export.count { $0.contains("\"scrier.connect\"") } == 1)
            #expect(export.count { $0.contains("\"scrier.disconnect\"") } == 1)
        }

        @Test(arguments: [("start", false), ("key", true)])
        func `a plugin that crashes is said in one sentence, and others go on`(moment: String, isTyped: Bool)
            async throws
        {
            let lab = try Lab.shared
            try lab.drop("Crash")
            let other = try await lab.openShell()
            let victim = try lab.connect("crash", ["--param", "when=\(moment)"])
            if isTyped {
                _ = try await lab.session(of: "crash", in: "ready")
                victim.type("x")
            }
            #expect(try await victim.exitStatus() == 255)
            #expect(victim.screen.contains("The Crash plugin crashed (SIGSEGV)"))
            let session = try await lab.session(of: "crash", in: "failed")
            #expect(session["reason"] as? String == "The Crash plugin crashed (SIGSEGV)")
            try expectAudited(session)
            try await expectUndisturbed(other)
        }

        @Test func `a plugin that hangs is ended by terminate all the same`() async throws {
            let lab = try Lab.shared
            try lab.drop("Hang")
            let other = try await lab.openShell()
            let before = Set(try lab.workers())
            let hanging = try lab.connect("hang")
            let session = try await lab.session(of: "hang", in: "ready")
            let worker = try #require(Set(try lab.workers()).subtracting(before).first)
            let id = try #require(session["id"] as? String)
            #expect(try lab.cli(["scrier", "terminate", id]).status == 0)
            #expect(try await hanging.exitStatus() == 255)
            #expect(hanging.screen.contains("terminated by"))
            // Asked, then told, then made: the process is gone.
            try await eventually("end of the worker") { kill(worker, 0) != 0 }
            let ended = try await lab.session(of: "hang", in: "closed")
            #expect((ended["reason"] as? String)?.hasPrefix("terminated by") == true)
            try expectAudited(ended)
            try await expectUndisturbed(other)
        }

        @Test func `a plugin that floods fills nobody's memory, and is ended all the same`() async throws {
            let lab = try Lab.shared
            try lab.drop("Flood")
            let other = try await lab.openShell()
            let flood = try lab.connect("flood")
            try await eventually("flood") { flood.totalReceived > 4 << 20 }
            flood.pause()
            let before = try residentBytes(lab.server.processID)
            try await Task.sleep(for: .seconds(2))
            #expect(try residentBytes(lab.server.processID) - before < 16 << 20)
            let id = try #require(try await lab.session(of: "flood", in: "ready")["id"] as? String)
            #expect(try lab.cli(["scrier", "terminate", id]).status == 0)
            let ended = try await lab.session(of: "flood", in: "closed")
            #expect((ended["reason"] as? String)?.hasPrefix("terminated by") == true)
            flood.resume()
            #expect(try await flood.exitStatus(within: .seconds(60)) == 255)
            try await expectUndisturbed(other)
        }

        private func residentBytes(_ process: pid_t) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
            return (Int(status.split(separator: " ")[1]) ?? 0) * 4096
        }

        @Test(arguments: [
            ("WrongABI", "wrongabi", "made for plugin ABI 2, this server has ABI 1"),
            ("BadDescriptor", "bad", "the parameter twice is there twice"),
        ])
        func `a plugin that cannot be used is listed with the reason, and opens nothing`(
            fixture: String,
            id: String,
            reason: String
        ) async throws {
            let lab = try Lab.shared
            try lab.drop(fixture)
            let file = "\(fixture.lowercased()).so"
            #expect((try plugin(file)?["problem"] as? String)?.contains(reason) == true)
            // People read the table, and ask for what they see in it.
            let table = try lab.cli(["plugins", "list"])
            #expect(table.output.split(separator: "\n").contains { $0.contains(file) && $0.contains(reason) })
            let shown = try lab.cli(["plugins", "show", file])
            #expect(shown.status == 0 && shown.output.contains(reason))
            let refused = try lab.connect(id)
            #expect(try await refused.exitStatus() == 255)
            #expect(refused.screen.contains("there is no plugin for the protocol \"\(id)\""))
        }

        @Test func `files that are no plugins are listed with the reason`() throws {
            let lab = try Lab.shared
            try Command.shell(
                """
                cd '\(lab.plugins.path)' && echo text >text.so && : >empty.so && mkdir -p directory.so && ln -sf /nowhere dangling.so
                head -c 3000 /dev/urandom >noise.so; mkfifo fifo.so; cp ssh.so writable.so; chmod 0666 writable.so
                head -c 4000 ssh.so >cut.so
                """
            )
            defer {
                _ = try? Command.shell(
                    "cd '\(lab.plugins.path)' && rm -rf text.so empty.so directory.so dangling.so noise.so fifo.so writable.so cut.so"
                )
            }
            let expected = [
                "text.so": "", "empty.so": "", "noise.so": "", "cut.so": "", "directory.so": "not a regular file",
                "dangling.so": "cannot be read", "fifo.so": "not a regular file", "writable.so": "writable by others",
            ]
            let listed = try lab.list(["plugins", "list"])
            for (file, words) in expected {
                let entry = try #require(listed.first { $0["file"] as? String == file }, "\(file)")
                let problem = try #require(entry["problem"] as? String, "\(file)")
                #expect(words.isEmpty ? !problem.isEmpty : problem.contains(words), "\(file): \(problem)")
            }
            #expect(listed.contains { $0["id"] as? String == "ssh" && $0["problem"] == nil })
        }

        @Test func `a plugin that is dropped in works at once, and one that is taken away opens nothing more`()
            async throws
        {
            let lab = try Lab.shared
            #expect(try plugin("late.so") == nil)
            try lab.drop("Echo", as: "late", changing: "\"echo\"", to: "\"late\"")
            #expect(try plugin("late.so")?["id"] as? String == "late")
            let session = try lab.connect("late", ["--param", "greeting=hello"])
            try await session.expect("hello")
            try FileManager.default.removeItem(at: lab.plugins.appending(path: "late.so"))
            #expect(try plugin("late.so") == nil)
            let refused = try lab.connect("late")
            #expect(try await refused.exitStatus() == 255)
            #expect(refused.screen.contains("there is no plugin for the protocol"))
            // What runs has its own hold on the file.
            let id = try #require(
                try lab.list(["scrier", "sessions"]).first { $0["protocol"] as? String == "late" }?["id"]
            )
            #expect(try lab.cli(["scrier", "terminate", "\(id)"]).status == 0)
            #expect(try await session.exitStatus() == 255)
        }

        @Test func `a plugin that is replaced serves new sessions, and old ones go on with the old`() async throws {
            let lab = try Lab.shared
            try lab.drop("Echo", as: "swap", changing: "\"echo\"", to: "\"swap\"")
            let old = try lab.connect("swap", ["--param", "greeting=first"])
            try await old.expect("first")
            let oldID = try #require(try await lab.session(of: "swap", in: "ready")["id"] as? String)
            try lab.drop(
                "Echo",
                as: "swap",
                changing: "\"echo\",\n    .version = \"1.0.0\"",
                to: "\"swap\",\n    .version = \"2.0.0\""
            )
            #expect(try plugin("swap.so")?["version"] as? String == "2.0.0")
            let new = try lab.connect("swap", ["--param", "greeting=second"])
            try await new.expect("second")
            let states = try lab.list(["scrier", "sessions"]).filter { $0["protocol"] as? String == "swap" }
            #expect(states.count == 2 && states.allSatisfy { $0["state"] as? String == "ready" })
            // A broken one in its place changes neither.
            try lab.drop("BadDescriptor", as: "swap", changing: "\"bad\"", to: "\"swap\"")
            let refused = try lab.connect("swap")
            #expect(try await refused.exitStatus() == 255)
            #expect(refused.screen.contains("there is no plugin for the protocol"))
            #expect(try lab.list(["scrier", "sessions"]).count { $0["protocol"] as? String == "swap" } == 2)
            // Whatever one types, sshd answers that it makes no sense, and hangs up: a session that is alive hears it.
            old.type("nonsense\r\n")
            _ = try await old.exitStatus()
            let ended = try #require(try lab.sessions().first { $0["id"] as? String == oldID })
            #expect(ended["state"] as? String == "closed", "\(ended)")
            for id in try lab.list(["scrier", "sessions"]).compactMap({ $0["id"] as? String }) {
                try lab.cli(["scrier", "terminate", id])
            }
            _ = try await new.exitStatus()
            try FileManager.default.removeItem(at: lab.plugins.appending(path: "swap.so"))
        }
    }
}
