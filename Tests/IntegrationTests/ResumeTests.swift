import Foundation
import Lab
import Testing

/// A session outlives its connection: nothing is lost and nothing comes twice.
extension IntegrationTests {
    @Suite struct ResumeTests {
        @Test func `output and input are whole, in order and once, however often the network drops`() async throws {
            try await Lab.with { lab in
                let proxy = try CuttingProxy(to: lab.webPort)
                defer { proxy.stop() }
                let environment = try lab.remoteOperator("scrier-remote", port: proxy.port)
                defer { _ = try? Command.shell("userdel --remove scrier-remote") }
                let terminal = try lab.terminal(lab.sshArguments, environment: environment, keeping: 1 << 25)
                try await terminal.expect("$ ")

                let lines = 300_000
                terminal.type("seq -f 'line %.0f' 1 \(lines); echo do''ne\r")
                var cuts = 0
                for share in 1...6 {
                    let reached = share * 500_000
                    try await eventually("\(reached) bytes", within: .seconds(120)) {
                        terminal.totalReceived > reached || terminal.screen.contains("done\r\n")
                    }
                    guard !terminal.screen.contains("done\r\n") else { break }
                    proxy.cut()
                    cuts += 1
                }
                #expect(cuts >= 4, "the network has to drop while there is something to lose")
                try await terminal.expect("done\r\n", within: .seconds(120))
                // bash may put a sequence of its own before the first.
                let seen = terminal.screen.split(separator: "\r\n").compactMap { line -> Int? in
                    let words = line.split(separator: " ")
                    return words.count == 2 && words[0].hasSuffix("line") ? Int(words[1]) : nil
                }
                #expect(
                    seen.count == lines && seen == Array(1...lines),
                    "\(seen.count) lines, first difference at \(firstDifference(seen))"
                )

                terminal.type("cat >typed; md5sum typed | cut -c1-32; wc -l typed\r")
                try await Task.sleep(for: .milliseconds(500))
                var typed = ""
                for part in 0..<40 {
                    let text = (0..<25).map { "typed line \(part * 25 + $0)\r" }.joined()
                    typed += text.replacingOccurrences(of: "\r", with: "\n")
                    terminal.type(text)
                    if part % 8 == 4 { proxy.cut() }
                    try await Task.sleep(for: .milliseconds(20))
                }
                terminal.type("\u{4}")
                try await terminal.expect("1000 typed", within: .seconds(60))
                let sum = try Command.run(URL(filePath: "/usr/bin/md5sum"), [], input: typed).output.prefix(32)
                #expect(terminal.screen.contains(sum))
                terminal.type("exit 3\r")
                #expect(try await terminal.exitStatus() == 3)
                #expect(proxy.count >= 6)
            }
        }

        private func firstDifference(_ seen: [Int]) -> Int { zip(seen, 1...).first { $0 != $1 }?.1 ?? seen.count + 1 }

        @Test func `an operator comes back from another terminal and sees the screen as it is`() async throws {
            try await Lab.with { lab in
                let first = try await lab.openShell()
                first.type("printf '\\033[2J\\033[5;5Hmar''mot\\033[10;1H'\r")
                try await first.expect("marmot")
                let id = try #require(try lab.sessions().first?["id"] as? String)
                first.send(signal: SIGKILL)
                let second = try lab.terminal(["scrier", "attach", id])
                try await second.expect("marmot")
                second.type("echo $((6*7)); exit 7\r")
                try await second.expect("42")
                #expect(try await second.exitStatus() == 7)
                let over = try lab.terminal(["scrier", "attach", id])
                #expect(try await over.exitStatus() == 255)
                #expect(over.screen.contains("over"))
            }
        }
    }
}
