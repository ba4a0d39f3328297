import Foundation
import Lab
import Testing

extension IntegrationTests {
    @Suite struct FullDiskTests {
        /// Whether a file system can be mounted here: root in a container may not.
        private static let canMount: Bool = {
            let line = "d=$(mktemp -d) && mount -t tmpfs none \"$d\" && umount \"$d\"; s=$?; rmdir \"$d\"; exit $s"
            return (try? Command.shell(line).status) == 0
        }()

        /// The server's data directory, small, and a file that takes what is left of it.
        private func withSmallDisk(
            _ body: (Lab, _ fill: () throws -> Void, _ free: () throws -> Void) async throws -> Void
        )
            async throws
        {
            try await Lab.with(
                prepare: { lab in
                    let data = lab.scratch.appending(path: "server").path
                    let mounted = try Command.shell(
                        "mkdir '\(data)' && mount -t tmpfs -o size=24m,mode=0711 vigo '\(data)'"
                    )
                    guard mounted.status == 0 else { throw NeverHappened(description: mounted.errors) }
                    lab.atEnd { _ = try? Command.shell("umount -l '\(data)'") }
                }
            ) { lab in
                let filler = lab.scratch.appending(path: "server/filler").path
                try await body(lab) {
                    // dd ends with an error, which is the point.
                    try Command.shell("dd if=/dev/zero of='\(filler)' bs=64k; dd if=/dev/zero of='\(filler).2' bs=512")
                    let left = try Command.shell("df --output=avail '\(filler)' | tail -n 1").output
                    #expect(left.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
                } _: {
                    try Command.shell("rm -f '\(filler)' '\(filler).2'")
                }
            }
        }

        @Test(.enabled(if: canMount))
        func
            `while the disk is full, sessions go on, new ones are refused, and ends are written when there is room again`()
            async throws
        {
            try await withSmallDisk { lab, fill, free in
                let staying = try await lab.openShell()
                let leaving = try await lab.openShell()
                try await lab.expectStripped()
                try fill()

                staying.type("echo still $((40+2))\r")
                try await staying.expect("still 42")
                let refused = try lab.ssh()
                #expect(try await refused.exitStatus() == 255)
                #expect(refused.screen.contains("the disk that holds the database is full"), "\(refused.screen)")
                let token = try lab.cli(["tokens", "generate", "--pattern", "x"])
                #expect(token.status == 1 && token.output.isEmpty)
                #expect(token.errors.contains("the disk that holds the database is full"), "\(token.errors)")

                // Its end cannot be written now; the operator leaves all the same.
                leaving.type("exit 5\r")
                #expect(try await leaving.exitStatus() == 5)
                staying.type("echo again $((50+3))\r")
                try await staying.expect("again 53")
                // Reading needs no room.
                #expect(try lab.cli(["envoys", "list"]).status == 0)
                #expect(try lab.cli(["audit", "verify"]).status == 0)

                try free()
                try await eventually("end on record", within: .seconds(60), else: { "\((try? lab.sessions()) ?? [])" })
                {
                    try lab.sessions().contains { $0["state"] as? String == "closed" && $0["exit_status"] as? Int == 5 }
                }
                let again = try await lab.openShell()
                for shell in [again, staying] {
                    shell.type("exit\r")
                    #expect(try await shell.exitStatus() == 0)
                }
                try await eventually("ends on record", within: .seconds(60)) {
                    try lab.sessions().allSatisfy { $0["state"] as? String == "closed" }
                }
                let actions = try lab.auditActions()
                #expect(actions.count { $0 == "scrier.connect" } == 3)
                #expect(actions.count { $0 == "scrier.disconnect" } == 3)
                #expect(try lab.cli(["audit", "verify"]).status == 0)
                try await lab.expectStripped()
            }
        }

        /// A disk that is full does not keep a server from stopping, nor the next one from putting things right.
        @Test(.enabled(if: canMount))
        func `a server that stops on a full disk leaves sessions that the next one ends on record`() async throws {
            try await withSmallDisk { lab, fill, free in
                let shell = try await lab.openShell()
                try fill()
                await lab.server.stop(grace: .seconds(30))
                #expect(try await shell.exitStatus(within: .seconds(90)) == 255)
                #expect(lab.server.output.contains("could not be recorded"))
                try free()
                try await lab.startServer()
                let session = try #require(try lab.sessions().first)
                #expect(["closed", "failed"].contains(session["state"] as? String))
                #expect((session["reason"] as? String)?.isEmpty == false)
                let actions = try lab.auditActions()
                #expect(actions.count { $0 == "scrier.connect" } == 1)
                #expect(actions.count { $0 == "scrier.disconnect" } == 1)
                #expect(try lab.cli(["audit", "verify"]).status == 0)
            }
        }
    }
}
