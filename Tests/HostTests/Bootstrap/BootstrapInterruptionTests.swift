import Foundation
import Testing

/// The script ended half-way, between any two of its steps.
@Suite(.enabled(if: OtherSystem.isPossible, "a file system can be mounted")) struct BootstrapInterruptionTests {
    /// Programs that the script calls, each wrapped so that the call of that number ends the script.
    private static let moments =
        ["curl 1", "curl 2", "vigo 1", "mv 1", "mv 2", "mv 3", "ln 1"].flatMap { ["\($0) before", "\($0) after"] }
        + ["systemctl 1", "systemctl 2", "systemctl 3", "systemctl 4", "systemctl 5"].map { "\($0) before" }

    private func wrap(_ machine: BootstrapMachine, _ moment: String, signal: String) throws {
        let words = moment.split(separator: " ").map(String.init)
        let (name, number, when) = (words[0], words[1], words[2])
        let root = machine.root.path
        func wrapper(_ program: String) -> String {
            """
            #!/bin/sh
            calls=$(cat '\(root)/count' 2>/dev/null || echo 0)
            echo $((calls + 1)) >'\(root)/count'
            if [ $((calls + 1)) = \(number) ] && [ \(when) = before ]; then kill -\(signal) $PPID; exit 1; fi
            '\(program)' "$@"; status=$?
            if [ $((calls + 1)) = \(number) ] && [ \(when) = after ]; then kill -\(signal) $PPID; fi
            exit $status

            """
        }
        switch name {
        case "vigo":
            // The download is the program: this one is called to show its version, then to register.
            try machine.write("tools/stub", BootstrapMachine.stubAgent, executable: true)
            let agent = BootstrapMachine.stubAgent.replacingOccurrences(
                of: "echo \"vigo $*\"",
                with: when == "before"
                    ? "kill -\(signal) $PPID; exit 1; echo" : "kill -\(signal) $PPID; echo \"vigo $*\""
            )
            try machine.serve(agent: agent)
        case "curl", "systemctl":
            try FileManager.default.moveItem(atPath: "\(root)/tools/\(name)", toPath: "\(root)/tools/real-\(name)")
            try machine.write("tools/\(name)", wrapper("\(root)/tools/real-\(name)"), executable: true)
        default:
            try machine.write("tools/\(name)", wrapper("/usr/bin/\(name)"), executable: true)
        }
    }

    private func unwrap(_ machine: BootstrapMachine, _ moment: String) throws {
        let name = moment.split(separator: " ")[0]
        let tool = "\(machine.root.path)/tools/\(name)"
        try? FileManager.default.removeItem(atPath: tool)
        let real = "\(machine.root.path)/tools/real-\(name)"
        if FileManager.default.fileExists(atPath: real) { try FileManager.default.moveItem(atPath: real, toPath: tool) }
        try machine.serve(agent: BootstrapMachine.stubAgent)
    }

    private func prepared() throws -> (BootstrapMachine, OtherSystem) {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        let system = try OtherSystem(machine, os: "Linux")
        try system.manager(["systemctl"])
        return (machine, system)
    }

    /// Each moment with one of several: all pairs would take minutes and tell little more.
    private static func pairs<Other>(_ others: [Other]) -> [(String, Other)] {
        moments.enumerated().map { ($0.element, others[$0.offset % others.count]) }
    }

    @Test(arguments: pairs(["TERM", "INT", "HUP", "TERM"]))
    func `whoever interrupts the script has what was there before, and running`(moment: String, signal: String) throws {
        let (machine, system) = try prepared()
        try wrap(machine, moment, signal: signal)
        let (status, output) = try machine.run(
            shell: system.prefix + ["dash"],
            environment: ["VIGO_SERVICE": "systemd"]
        )
        #expect(status != 0, "\(output)")
        #expect(machine.text("etc/vigo-envoy/config") == "old\n", "\(output)")
        #expect(machine.text("bin/vigo") == "#!/bin/sh\n# old\n")
        #expect(machine.names(in: "etc") == ["vigo-envoy"] && machine.names(in: "bin") == ["vigo"])
        let calls = machine.text("calls")?.split(separator: "\n").filter { $0.hasPrefix("systemctl") } ?? []
        let isStopped = calls.lastIndex { $0.contains(" stop ") }
        let isStarted = calls.lastIndex { $0.contains(" restart ") }
        #expect(isStopped ?? -1 <= isStarted ?? -1, "\(calls)")
    }

    /// Nothing can be done in the script's own time then; the program is there at every moment, and the next run finds
    /// the configuration wherever it was left.
    @Test(arguments: pairs([["dash"], ["busybox", "ash"], ["ksh"], ["dash"]]))
    func `a script that is killed leaves a program that runs, and the next run puts everything right`(
        moment: String,
        shell: [String]
    ) throws {
        let (machine, system) = try prepared()
        try wrap(machine, moment, signal: "KILL")
        let (status, output) = try machine.run(shell: system.prefix + shell, environment: ["VIGO_SERVICE": "systemd"])
        #expect(status != 0, "\(output)")
        let agent = try #require(machine.text("bin/vigo"))
        #expect([BootstrapMachine.stubAgent, "#!/bin/sh\n# old\n"].contains(agent) || moment.hasPrefix("vigo"))
        // Gone only between two renames, and then whole beside where it was.
        let config = machine.text("etc/vigo-envoy/config") ?? machine.text("etc/vigo-envoy.old/config")
        #expect(config == "old\n" || config == "new\n")

        try unwrap(machine, moment)
        let again = try machine.run(shell: system.prefix + shell, environment: ["VIGO_SERVICE": "systemd"])
        #expect(again.status == 0, "\(again.output)")
        #expect(
            machine.text("etc/vigo-envoy/config") == "new\n" && machine.text("bin/vigo") == BootstrapMachine.stubAgent
        )
        #expect(machine.names(in: "etc") == ["vigo-envoy"] && machine.names(in: "bin") == ["vigo"])
        let calls = machine.text("calls")?.split(separator: "\n") ?? []
        #expect(calls.last { $0.contains("register") }?.contains("--previous") == true)
    }
}
