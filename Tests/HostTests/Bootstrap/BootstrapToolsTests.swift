import Foundation
import Testing

/// Systems have different tools for the same thing: each of them alone.
@Suite struct BootstrapToolsTests {
    /// A machine whose PATH holds what every system has, and the tools named here.
    private func machine(_ tools: [String: String], without unwanted: [String]) throws -> (
        BootstrapMachine, path: String
    ) {
        let machine = try BootstrapMachine()
        let common = [
            "sh", "cat", "cp", "cut", "chmod", "dirname", "env", "getconf", "grep", "head", "id", "ln", "mkdir",
            "mktemp", "mv",
            "rm", "sed", "sort", "uname", "sha256sum", "dash",
        ]
        let path = machine.root.appendingPathComponent("path").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in common where !unwanted.contains(name) {
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/\(name)",
                withDestinationPath: "/usr/bin/\(name)"
            )
        }
        for (name, script) in tools {
            try machine.write("path/\(name)", "#!/bin/sh\n\(script)\n", executable: true)
        }
        if !unwanted.contains("curl") {
            try FileManager.default.copyItem(atPath: machine.root.path + "/tools/curl", toPath: "\(path)/curl")
        }
        return (machine, path)
    }

    private static let checksums = [
        "shasum": #"[ "$1 $2" = '-a 256' ] && exec /usr/bin/sha256sum "$3""#,
        "sha256": #"[ "$1" = -q ] && /usr/bin/sha256sum "$2" | /usr/bin/cut -d ' ' -f 1"#,
        "digest": #"[ "$1 $2" = '-a sha256' ] && /usr/bin/sha256sum "$3" | /usr/bin/cut -d ' ' -f 1"#,
    ]

    @Test(arguments: checksums.keys.sorted()) func `the agent is verified with whatever tool is there`(name: String)
        throws
    {
        let (machine, path) = try machine([name: Self.checksums[name]!], without: ["sha256sum"])
        let good = try machine.run(shell: ["/usr/bin/dash"], environment: ["PATH": path])
        #expect(good.status == 0, "\(good.output)")
        try machine.serve(agent: "#!/bin/sh\n# another\n", sha256: String(repeating: "ab", count: 32))
        let bad = try machine.run(shell: ["/usr/bin/dash"], environment: ["PATH": path])
        #expect(bad.status == 1 && bad.output.contains("nothing was changed"), "\(bad.output)")
        #expect(machine.text("bin/vigo") == BootstrapMachine.stubAgent)
    }

    @Test func `without a tool to verify nothing is installed`() throws {
        let (machine, path) = try machine([:], without: ["sha256sum"])
        let (status, output) = try machine.run(shell: ["/usr/bin/dash"], environment: ["PATH": path])
        #expect(status == 1 && output.contains("is needed to verify the agent"), "\(output)")
        #expect(machine.names(in: "bin").isEmpty && machine.names(in: "etc").isEmpty)
    }

    @Test func `a tool that fails, or prints nothing, verifies nothing`() throws {
        for script in ["exit 1", "exit 0", "echo", "echo 0"] {
            let (machine, path) = try machine(["sha256sum": script], without: ["sha256sum"])
            let (status, output) = try machine.run(shell: ["/usr/bin/dash"], environment: ["PATH": path])
            #expect(status == 1, "\(script): \(output)")
            #expect(machine.names(in: "bin").isEmpty && machine.names(in: "etc").isEmpty, "\(script)")
        }
    }

    private static let fetchers = [
        "wget":
            #"while [ $# -gt 1 ]; do case $1 in -O) file=$2; shift ;; esac; shift; done; exec "$REAL" -o "$file" "$1""#,
        "fetch":
            #"while [ $# -gt 1 ]; do case $1 in -o) file=$2; shift ;; esac; shift; done; exec "$REAL" -o "$file" "$1""#,
    ]

    @Test(arguments: fetchers.keys.sorted()) func `the agent is fetched with whatever tool is there`(name: String)
        throws
    {
        let (machine, path) = try machine([name: Self.fetchers[name]!], without: ["curl"])
        let real = machine.root.path + "/tools/curl"
        let (status, output) = try machine.run(shell: ["/usr/bin/dash"], environment: ["PATH": path, "REAL": real])
        #expect(status == 0, "\(output)")
        #expect(machine.text("etc/vigo-envoy/config") == "new\n")
    }

    @Test func `without a tool to fetch it says which would do`() throws {
        let (machine, path) = try machine([:], without: ["curl"])
        let (status, output) = try machine.run(shell: ["/usr/bin/dash"], environment: ["PATH": path])
        #expect(status == 1 && output.contains("curl, wget or fetch is needed"), "\(output)")
        #expect(machine.names(in: "bin").isEmpty)
    }

    /// What a broken or hostile server may answer where the script looks for a checksum.
    @Test(arguments: [
        "", "{}", "null", #"{"sha256":""}"#, #"{"sha256":"\#(String(repeating: "g", count: 64))"}"#,
        #"{"sha256":"\#(String(repeating: "0", count: 63))"}"#, #"{"sha256":"$(touch pwned)`touch pwned`"}"#,
        "<html>502</html>",
        "\u{0}\u{1}\u{2}",
    ]) func `an answer without a checksum installs nothing`(answer: String) throws {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        try machine.write("served/latest", answer)
        let (status, output) = try machine.run(shell: ["dash"])
        #expect(status == 1 && output.contains("nothing was changed"), "\(output)")
        #expect(machine.text("bin/vigo") == "#!/bin/sh\n# old\n" && machine.names(in: "bin") == ["vigo"])
        #expect(machine.text("pwned") == nil)
    }
}
