import Foundation
import Host
import Testing

/// The script in every shell that it promises to work in.
@Suite struct BootstrapScriptTests {
    static let shells = [["dash"], ["busybox", "ash"], ["ksh"], ["bash", "--posix"]]

    @Test(arguments: shells) func `a fresh machine becomes an envoy`(shell: [String]) throws {
        let machine = try BootstrapMachine()
        let (status, output) = try machine.run(shell: shell, arguments: ["--token", "vet_abc"])
        #expect(status == 0, "\(output)")
        #expect(machine.text("etc/vigo-envoy/config") == "new\n")
        #expect(machine.text("bin/vigo") == BootstrapMachine.stubAgent)
        #expect(machine.names(in: "bin") == ["vigo"])
        #expect(machine.names(in: "etc") == ["vigo-envoy"])
        let calls = try #require(machine.text("calls"))
        #expect(calls.contains("register --server https://vigo.example.com:8443 --force --ca-file"))
        // Not on its command line, which every user of the machine can read.
        #expect(calls.contains("token 'vet_abc'") && !calls.contains("--token"))
        #expect(!calls.contains("--previous"))
        #expect(output.contains("\(machine.root.path)/bin/vigo --config-dir \(machine.root.path)/etc/vigo-envoy"))
    }

    @Test(arguments: shells) func `a token need not stand on the script's command line either`(shell: [String]) throws {
        let machine = try BootstrapMachine()
        let (status, output) = try machine.run(shell: shell, environment: ["VIGO_ENROLLMENT_TOKEN": "vet_abc"])
        #expect(status == 0, "\(output)")
        #expect(machine.text("calls")?.contains("token 'vet_abc'") == true)
    }

    @Test(arguments: shells) func `an envoy that was here before is replaced, and shows its old identity`(
        shell: [String]
    ) throws {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        let (status, output) = try machine.run(shell: shell)
        #expect(status == 0, "\(output)")
        #expect(machine.text("etc/vigo-envoy/config") == "new\n")
        #expect(machine.names(in: "etc") == ["vigo-envoy"])
        #expect(machine.names(in: "bin") == ["vigo"])
        #expect(machine.text("calls")?.contains("--previous \(machine.root.path)/etc/vigo-envoy") == true)
    }

    @Test(arguments: shells) func `a wrong checksum removes the download and changes nothing`(shell: [String]) throws {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        try machine.serve(agent: BootstrapMachine.stubAgent, sha256: String(repeating: "0", count: 64))
        let (status, output) = try machine.run(shell: shell)
        #expect(status == 1)
        #expect(output.contains("nothing was changed"))
        expectUntouched(machine)
    }

    @Test(arguments: shells) func `a platform without an agent is told so`(shell: [String]) throws {
        let machine = try BootstrapMachine()
        try FileManager.default.removeItem(at: machine.root.appendingPathComponent("served/latest"))
        let (status, output) = try machine.run(shell: shell)
        #expect(status == 1)
        #expect(output.contains("https://vigo.example.com:8443 has no agent for linux-"))
        #expect(machine.names(in: "bin").isEmpty)
        #expect(machine.names(in: "etc").isEmpty)
    }

    @Test(arguments: shells) func `a refused registration leaves the old envoy as it was`(shell: [String]) throws {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        try machine.write("refuse", "")
        let (status, output) = try machine.run(shell: shell)
        #expect(status == 1)
        #expect(output.contains("refused: no token"))
        #expect(output.contains("what ran here before still runs"))
        expectUntouched(machine)
    }

    @Test(arguments: shells) func `an agent that does not run here is not installed`(shell: [String]) throws {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        try machine.serve(agent: "#!/bin/sh\necho \"version 'GLIBC_2.99' not found\" >&2\nexit 1\n")
        let (status, output) = try machine.run(shell: shell)
        #expect(status == 1)
        #expect(output.contains("does not run on this system (version 'GLIBC_2.99' not found)"))
        expectUntouched(machine)
    }

    @Test(arguments: shells) func `a C library that is too old is told before the download`(shell: [String]) throws {
        let machine = try BootstrapMachine(glibc: GlibcVersion(2, 199))
        let (status, output) = try machine.run(shell: shell)
        #expect(status == 1)
        #expect(output.contains("the agent needs glibc 2.199; this system has 2."))
        #expect(machine.text("calls") == nil)
    }

    /// Without ksh: the one here loops for ever on a here-document that broke off, whatever the script says.
    @Test(arguments: shells.filter { $0 != ["ksh"] }) func `a script that broke off does nothing`(shell: [String])
        throws
    {
        let machine = try BootstrapMachine()
        let lines = machine.scriptText.split(separator: "\n", omittingEmptySubsequences: false)
        for kept in stride(from: 20, to: lines.count - 2, by: 60) {
            let cut = lines.prefix(kept).joined(separator: "\n") + "\n"
            _ = try machine.run(shell: shell, script: cut)
        }
        #expect(machine.text("calls") == nil)
        #expect(machine.names(in: "etc").isEmpty)
    }

    @Test func `the server is checked against the embedded authority, or the system's where there is none`() throws {
        let own = try BootstrapMachine()
        _ = try own.run(shell: ["dash"])
        #expect(own.text("ca-seen") == "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n")
        let publicly = try BootstrapMachine(authority: nil)
        let (status, output) = try publicly.run(shell: ["dash"])
        #expect(status == 0, "\(output)")
        #expect(publicly.text("ca-seen") == nil)
        #expect(publicly.text("calls")?.contains("--ca-file") == false)
    }

    @Test func `strange arguments and paths are refused`() throws {
        let machine = try BootstrapMachine()
        #expect(
            try machine.run(shell: ["dash"], arguments: ["--tokn", "x"]).output.contains("unknown argument --tokn")
        )
        #expect(try machine.run(shell: ["dash"], arguments: ["--token"]).output.contains("--token needs a value"))
        for path in ["/tmp/a b", "/tmp/$(id)", "relative", "/tmp/a'b"] {
            #expect(try machine.run(shell: ["dash"], environment: ["VIGO_CONFIG_DIR": path]).status == 1, "\(path)")
        }
        #expect(machine.text("calls") == nil)
    }

    @Test func `shellcheck finds nothing`() throws {
        let machine = try BootstrapMachine()
        let shellcheck = Process()
        shellcheck.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        try machine.write("script.sh", machine.scriptText)
        shellcheck.arguments = ["shellcheck", "-s", "sh", machine.root.appendingPathComponent("script.sh").path]
        try shellcheck.run()
        shellcheck.waitUntilExit()
        // 127: not installed.
        #expect([0, 127].contains(shellcheck.terminationStatus))
    }

    private func expectUntouched(_ machine: BootstrapMachine) {
        #expect(machine.text("etc/vigo-envoy/config") == "old\n")
        #expect(machine.text("bin/vigo") == "#!/bin/sh\n# old\n")
        #expect(machine.names(in: "etc") == ["vigo-envoy"])
        #expect(machine.names(in: "bin") == ["vigo"])
    }
}
