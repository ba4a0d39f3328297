import Foundation
import Lab
import Testing

extension IntegrationTests {
    @Suite struct WatchTests {
        @Test func `a second administrator sees the screen and what follows, types for nobody, and is seen`()
            async throws
        {
            try await Lab.with { lab in
                let terminal = try await lab.openShell(columns: 90, rows: 20)
                terminal.type("printf '\\033[?1049h\\033[2J\\033[5;5H\\033[1mcove''red\\033[0m\\033[9;1H'\r")
                try await terminal.expect("covered")
                let id = try #require(try lab.sessions().first?["id"] as? String)
                let watcher = try lab.terminal(["scrier", "watch", id], columns: 100, rows: 30)
                try await watcher.expect("covered")
                #expect(watcher.screen.contains("\u{1B}[?1049h"), "on the alternate screen as well")
                try await terminal.expect("is watching this session")
                watcher.type("echo intru''der\r")
                try await Task.sleep(for: .milliseconds(500))
                terminal.type("echo ope''rator\r")
                try await watcher.expect("operator")
                #expect(!terminal.screen.contains("intruder"))
                watcher.type("q")
                #expect(try await watcher.exitStatus() == 0)
                try await terminal.expect("is not watching any more")
                let actions = try lab.auditActions()
                #expect(
                    actions.filter { $0.hasPrefix("scrier.watch") } == ["scrier.watch_started", "scrier.watch_ended"]
                )

                let second = try lab.terminal(["scrier", "watch", id])
                try await second.expect("operator")
                terminal.type("exit\r")
                #expect(try await second.exitStatus() == 0)
                #expect(second.screen.contains("the session is over"))
                #expect(try await terminal.exitStatus() == 0)
            }
        }

        @Test func `a watcher that does not read slows nobody down, and goes on where the session is`() async throws {
            try await Lab.with { lab in
                let terminal = try await lab.openShell()
                let id = try #require(try lab.sessions().first?["id"] as? String)
                let watcher = try lab.terminal(["scrier", "watch", id])
                try await terminal.expect("is watching this session")
                watcher.pause()
                terminal.type("seq 1 2000000; echo fin''ished\r")
                try await terminal.expect("finished\r\n", within: .seconds(120))
                terminal.type("clear; echo la''test\r")
                try await terminal.expect("latest")
                watcher.resume()
                try await watcher.expect("latest", within: .seconds(60))
                #expect(watcher.totalReceived < 8_000_000, "what it missed was left out")
                terminal.type("exit\r")
                #expect(try await terminal.exitStatus() == 0)
                _ = try await watcher.exitStatus()
            }
        }
    }
}
