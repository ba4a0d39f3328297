import Foundation
import Testing

/// Each service manager in each shell, with stubs in the managers' places that note how they were called.
@Suite(.enabled(if: OtherSystem.isPossible, "a file system can be mounted")) struct BootstrapServiceTests {
    struct Manager: CustomTestStringConvertible, Sendable {
        let name: String
        let os: String
        let programs: [String]
        /// The file that makes the agent a service.
        let file: String
        var isExecutable = false
        /// How it is called on a machine that had an agent before.
        let calls: [String]
        /// What of it fails when the agent does not start.
        let start: String

        var testDescription: String { name }
    }

    static let managers = [
        Manager(
            name: "systemd",
            os: "Linux",
            programs: ["systemctl"],
            file: "/etc/systemd/system/vigo-envoy.service",
            calls: [
                "systemctl stop vigo-envoy.service", "systemctl daemon-reload",
                "systemctl enable --quiet vigo-envoy.service",
                "systemctl restart vigo-envoy.service", "systemctl --quiet is-active vigo-envoy.service",
            ],
            start: "restart"
        ),
        Manager(
            name: "launchd",
            os: "Darwin",
            programs: ["launchctl"],
            file: "/Library/LaunchDaemons/com.vigo.envoy.plist",
            calls: [
                "launchctl bootout system/com.vigo.envoy",
                "launchctl bootstrap system /Library/LaunchDaemons/com.vigo.envoy.plist",
            ],
            start: "bootstrap"
        ),
        Manager(
            name: "FreeBSD's rc.d",
            os: "FreeBSD",
            programs: ["service", "sysrc"],
            file: "/usr/local/etc/rc.d/vigo_envoy",
            isExecutable: true,
            calls: ["service vigo_envoy stop", "sysrc vigo_envoy_enable=YES", "service vigo_envoy start"],
            start: "start"
        ),
        Manager(
            name: "NetBSD's rc.d",
            os: "NetBSD",
            programs: ["service"],
            file: "/usr/local/etc/rc.d/vigo_envoy",
            isExecutable: true,
            calls: ["service vigo_envoy stop", "service vigo_envoy start"],
            start: "start"
        ),
        Manager(
            name: "rcctl",
            os: "OpenBSD",
            programs: ["rcctl"],
            file: "/etc/rc.d/vigo_envoy",
            isExecutable: true,
            calls: ["rcctl stop vigo_envoy", "rcctl enable vigo_envoy", "rcctl start vigo_envoy"],
            start: "start"
        ),
        Manager(
            name: "SMF",
            os: "SunOS",
            programs: ["svcadm", "svccfg"],
            file: "/var/svc/manifest/site/vigo-envoy.xml",
            calls: [
                "svcadm disable -s vigo-envoy", "svccfg import /var/svc/manifest/site/vigo-envoy.xml",
                "svcadm enable -s vigo-envoy",
            ],
            start: "enable"
        ),
    ]
    static let shells = [["dash"], ["busybox", "ash"], ["ksh"]]

    private func system(_ manager: Manager, _ machine: BootstrapMachine, failing verb: String = "nothing-fails") throws
        -> OtherSystem
    {
        let system = try OtherSystem(machine, os: manager.os)
        try system.manager(manager.programs, failing: verb)
        if manager.os == "Linux" { try system.makeDirectory("/run/systemd/system") }
        return system
    }

    private func calls(_ machine: BootstrapMachine, of manager: Manager) -> [String] {
        let all = machine.text("calls")?.split(separator: "\n").map(String.init) ?? []
        return all.filter { line in manager.programs.contains { line.hasPrefix("\($0) ") } }
    }

    @Test(arguments: managers, shells)
    func `the manager is found by itself, and the agent becomes its service`(manager: Manager, shell: [String]) throws {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        let system = try system(manager, machine)
        let (status, output) = try machine.run(shell: system.prefix + shell, environment: ["VIGO_SERVICE": "auto"])
        #expect(status == 0, "\(output)")
        #expect(output.contains("the agent runs as a service"))
        #expect(calls(machine, of: manager) == manager.calls)
        #expect(
            machine.text("etc/vigo-envoy/config") == "new\n" && machine.text("bin/vigo") == BootstrapMachine.stubAgent
        )
        #expect(machine.names(in: "etc") == ["vigo-envoy"] && machine.names(in: "bin") == ["vigo"])

        let root = machine.root.path
        let file = try #require(system.text(manager.file), "\(manager.file)")
        #expect(system.isExecutable(manager.file) == manager.isExecutable)
        for word in [
            "\(root)/bin/vigo", "--config-dir", "\(root)/etc/vigo-envoy", "--state-dir", "\(root)/state", "run",
        ] {
            #expect(file.contains(word), "\(word) in \(file)")
        }
        try checkSyntax(of: file, manager, machine)
    }

    private func checkSyntax(of file: String, _ manager: Manager, _ machine: BootstrapMachine) throws {
        if manager.isExecutable {
            try machine.write("service-script", file)
            let check = Process()
            check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            check.arguments = ["ksh", "-n", machine.root.appendingPathComponent("service-script").path]
            try check.run()
            check.waitUntilExit()
            #expect(check.terminationStatus == 0, "\(file)")
        } else if manager.name == "launchd" {
            let list = try PropertyListSerialization.propertyList(from: Data(file.utf8), format: nil) as? [String: Any]
            let root = machine.root.path
            #expect(
                list?["ProgramArguments"] as? [String] == [
                    "\(root)/bin/vigo", "--config-dir", "\(root)/etc/vigo-envoy", "--state-dir", "\(root)/state", "run",
                ]
            )
        } else if manager.name == "SMF" {
            // As many ends as beginnings, in the right order: well-formed enough without a parser at hand.
            var open: [Substring] = []
            for tag in file.matches(of: /<(\/?)([a-z_]+)[^>]*?(\/?)>/) {
                if !tag.1.isEmpty { #expect(open.popLast() == tag.2) } else if tag.3.isEmpty { open.append(tag.2) }
            }
            #expect(open.isEmpty)
        }
    }

    @Test(arguments: managers, shells)
    func `a service that does not start brings back what was there, and starts it`(manager: Manager, shell: [String])
        throws
    {
        let machine = try BootstrapMachine()
        try machine.enrollBefore()
        let system = try system(manager, machine, failing: manager.start)
        let (status, output) = try machine.run(shell: system.prefix + shell, environment: ["VIGO_SERVICE": "auto"])
        #expect(status == 1 && output.contains("put back what was here before"), "\(output)")
        #expect(machine.text("etc/vigo-envoy/config") == "old\n" && machine.text("bin/vigo") == "#!/bin/sh\n# old\n")
        #expect(machine.names(in: "etc") == ["vigo-envoy"] && machine.names(in: "bin") == ["vigo"])
        #expect(calls(machine, of: manager).last == manager.calls.last)
    }

    @Test(arguments: managers) func `a first agent that does not start stays enrolled, and that is said`(
        manager: Manager
    )
        throws
    {
        let machine = try BootstrapMachine()
        let system = try system(manager, machine, failing: manager.start)
        let (status, output) = try machine.run(shell: system.prefix + ["dash"], environment: ["VIGO_SERVICE": "auto"])
        #expect(status == 1 && output.contains("is enrolled, but the agent did not start"), "\(output)")
        #expect(machine.text("etc/vigo-envoy/config") == "new\n")
        // Its token is used up; the next run proves by its identity that it is the same machine.
        try system.manager(manager.programs)
        let again = try machine.run(shell: system.prefix + ["dash"], environment: ["VIGO_SERVICE": "auto"])
        #expect(again.status == 0, "\(again.output)")
        #expect(machine.text("calls")?.contains("--previous \(machine.root.path)/etc/vigo-envoy") == true)
    }

    @Test func `NetBSD's rc.conf gets one line, however often the script runs`() throws {
        let manager = Self.managers.first { $0.os == "NetBSD" }!
        let machine = try BootstrapMachine()
        let system = try system(manager, machine)
        try system.write("/etc/rc.conf", "sshd=YES\n")
        for _ in 0..<2 {
            let run = try machine.run(shell: system.prefix + ["dash"], environment: ["VIGO_SERVICE": "auto"])
            #expect(run.status == 0, "\(run.output)")
        }
        #expect(system.text("/etc/rc.conf") == "sshd=YES\nvigo_envoy=YES\n")
    }

    @Test(arguments: ["Linux", "Darwin", "OpenBSD", "SunOS"])
    func `without a service manager the command is printed that runs the agent`(os: String) throws {
        let machine = try BootstrapMachine()
        let system = try OtherSystem(machine, os: os)
        let (status, output) = try machine.run(shell: system.prefix + ["dash"], environment: ["VIGO_SERVICE": "auto"])
        #expect(status == 0, "\(output)")
        let root = machine.root.path
        let command = "\(root)/bin/vigo --config-dir \(root)/etc/vigo-envoy --state-dir \(root)/state run"
        #expect(output.contains("there is no service manager here that I know; the agent runs with: \(command)"))
    }

    @Test(arguments: ["Haiku", "", "linux", "$(id)"]) func `a system that nobody knows is told so`(os: String) throws {
        let machine = try BootstrapMachine()
        let system = try OtherSystem(machine, os: "'\(os)'")
        let (status, output) = try machine.run(shell: system.prefix + ["dash"], environment: ["VIGO_SERVICE": "auto"])
        #expect(status == 1 && output.contains("there is no agent for \(os); nothing was changed"), "\(output)")
        #expect(machine.text("calls") == nil)
    }

    @Test(arguments: [
        ("Darwin", "arm64", "darwin", "aarch64"), ("SunOS", "i86pc", "illumos", "x86_64"),
        ("FreeBSD", "amd64", "freebsd", "x86_64"),
    ])
    func `systems and processors have one name each`(os: String, arch: String, expectedOS: String, expectedArch: String)
        throws
    {
        let machine = try BootstrapMachine()
        let system = try OtherSystem(machine, os: os, arch: arch)
        _ = try machine.run(shell: system.prefix + ["dash"])
        #expect(machine.text("calls")?.contains("latest?os=\(expectedOS)&arch=\(expectedArch)") == true)
    }
}
