import Foundation
import PluginKit
import Testing

@testable import SSH

extension WithSSHD {
    @Suite struct `A session on a real sshd` {
        @Test func `is a shell that echoes what is typed`() throws {
            let session = try RunningSession(TestServer())
            #expect(session.host.wait { $0.isReady })
            session.host.send(input: "echo sum-$((40 + 2))\r")
            #expect(session.host.waitForText("sum-42"))
            session.host.send(input: "exit 7\r")
            #expect(session.end() == .closed)
            #expect(session.host.exit == FakeHost.Exit(status: 7, signal: nil))
            #expect(session.explanation == "")
        }

        @Test func `gets what was typed before there was a shell`() throws {
            let session = try RunningSession(TestServer())
            session.host.send(input: "echo early-$((1 + 1)); exit\r")
            #expect(session.host.waitForText("early-2"))
            #expect(session.end() == .closed)
        }

        @Test func `has the operator's window and terminal, and follows changes of size`() throws {
            let session = try RunningSession(TestServer(), term: "vt220", size: (132, 43))
            session.host.send(input: "stty size; echo $TERM\r")
            #expect(session.host.waitForText("43 132"))
            #expect(session.host.waitForText("vt220"))
            session.host.send(columns: 100, rows: 30)
            session.host.send(input: "stty size\r")
            #expect(session.host.waitForText("30 100"))
            session.host.sendClose()
            #expect(session.end() == .cancelled)
        }

        @Test func `begins with the server's banner, harmless`() throws {
            let banner = FileManager.default.temporaryDirectory.appending(path: "banner-\(UUID().uuidString.prefix(8))")
            try Data("Keep \u{1b}[31mout!\nYou are watched.\n".utf8).write(to: banner)
            defer { try? FileManager.default.removeItem(at: banner) }
            let session = try RunningSession(TestServer("Banner \(banner.path)"), command: "echo done")
            #expect(session.end() == .closed)
            #expect(session.host.text == "Keep [31mout!\r\nYou are watched.\r\ndone\r\n")
        }

        @Test func `runs one command on a terminal`() throws {
            let session = try RunningSession(TestServer(), command: "tty && exit 3")
            #expect(session.end() == .closed)
            #expect(session.host.text.contains("/dev/pts/"))
            #expect(session.host.exit == FakeHost.Exit(status: 3, signal: nil))
        }

        @Test func `tells the signal that ended the program`() throws {
            let session = try RunningSession(TestServer(), command: "kill -TERM $$")
            #expect(session.end() == .closed)
            #expect(session.host.exit == FakeHost.Exit(status: -1, signal: "TERM"))
        }

        @Test func `passes a large paste through unharmed`() throws {
            let session = try RunningSession(TestServer(), command: "stty raw -echo; echo go; head -c 3000000 | md5sum")
            #expect(session.host.waitForText("go"))
            let chunk = String(repeating: "0123456789abcdef", count: 3750)
            for _ in 0..<50 { session.host.send(input: chunk) }
            #expect(session.end() == .closed)
            #expect(session.host.text.contains(Self.digest))
        }

        @Test func `goes on while keys are exchanged anew, under input and output`() throws {
            let session = try RunningSession(
                TestServer("RekeyLimit 500K"),
                command:
                    "stty raw -echo; echo go; head -c 3000000 | md5sum; head -c 10000000 /dev/zero | tr '\\0' x; exit 4"
            )
            #expect(session.host.waitForText("go"))
            let chunk = String(repeating: "0123456789abcdef", count: 3750)
            for _ in 0..<50 { session.host.send(input: chunk) }
            #expect(session.end(within: 60) == .closed)
            #expect(session.host.exit == FakeHost.Exit(status: 4, signal: nil), "\(session.explanation)")
            let beginning = session.host.locked { String(decoding: $0.output.prefix(100), as: UTF8.self) }
            #expect(beginning.hasPrefix("go\n\(Self.digest)  -\nxxx"))
            #expect(session.host.count == "go\n\(Self.digest)  -\n".utf8.count + 10_000_000)
        }

        @Test func `ends within a second of CLOSE in the middle of a flood`() throws {
            let session = try RunningSession(TestServer(), command: "yes", keepsOutput: false)
            #expect(session.host.wait { $0.outputCount > 1_000_000 })
            session.host.sendClose()
            #expect(session.end(within: 1) == .cancelled)
        }

        @Test func `ends on CLOSE while the terminal takes nothing`() throws {
            let session = try RunningSession(TestServer(), command: "yes", keepsOutput: false)
            session.host.allow(100_000)
            #expect(session.host.wait { $0.outputCount == 100_000 })
            session.host.sendClose()
            #expect(session.end(within: 1) == .cancelled)
        }

        @Test func `keeps its memory flat while a slow terminal holds back 100 MB`() throws {
            let session = try RunningSession(
                TestServer(),
                command: "head -c 100000000 /dev/zero",
                keepsOutput: false
            )
            session.host.allow(1_000_000)
            #expect(session.host.wait { $0.outputCount == 1_000_000 })
            let before = residentKilobytes()
            usleep(700_000)
            #expect(residentKilobytes() - before < 16 * 1024)
            session.host.allow(.max)
            #expect(session.end(within: 60) == .closed)
            #expect(session.host.count == 100_000_000)
            #expect(residentKilobytes() - before < 16 * 1024)
        }

        @Test func `is lost when sshd is killed, and says so`() throws {
            let server = try TestServer()
            let session = try RunningSession(server)
            session.host.send(input: "echo up-$((1 + 1))\r")
            #expect(session.host.waitForText("up-2"))
            server.signalSessions(SIGKILL)
            #expect(session.end() == .unreachable)
            #expect(session.explanation == "The connection to the envoy's sshd was lost.")
        }

        @Test func `asks a silent sshd whether it is alive, and goes on when it is`() throws {
            var limits = Session.Limits()
            limits.liveness = Liveness.Limits(silence: .milliseconds(50), patience: .seconds(5))
            let session = try RunningSession(TestServer(), limits: limits)
            session.host.send(input: "echo up-$((1 + 1))\r")
            #expect(session.host.waitForText("up-2"))
            usleep(600_000)
            session.host.send(input: "echo still-$((1 + 1)); exit\r")
            #expect(session.host.waitForText("still-2"))
            #expect(session.end() == .closed)
        }

        @Test func `gives up an sshd that does not answer any more`() throws {
            var limits = Session.Limits()
            limits.liveness = Liveness.Limits(silence: .milliseconds(200), patience: .milliseconds(300))
            let server = try TestServer()
            let session = try RunningSession(server, limits: limits)
            session.host.send(input: "echo up-$((1 + 1))\r")
            #expect(session.host.waitForText("up-2"))
            server.signalSessions(SIGSTOP)
            #expect(session.end() == .timedOut)
            #expect(session.explanation == "The envoy's sshd does not answer any more.")
            server.signalSessions(SIGKILL)
        }

        private func residentKilobytes() -> Int {
            let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
            return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4 : 0
        }

        /// yes 0123456789abcdef | tr -d '\n' | head -c 3000000 | md5sum
        private static let digest = "ec5ca319097bd3dc293079fc1f7d9d89"
    }
}
