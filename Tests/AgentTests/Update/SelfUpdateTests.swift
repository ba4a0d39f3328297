import Foundation
import Logging
import Synchronization
import Testing
import Wire

@testable import Agent

/// On real files; the new agents are shell scripts that say their version.
struct SelfUpdateTests {
    private final class Reports: Sendable {
        let all = Mutex<[Vigo_Agent_V1_UpdateProgress]>([])
        var states: [Vigo_Agent_V1_UpdateProgress.State] { all.withLock { $0.map(\.state) } }
        var reason: String { all.withLock { $0.last?.reason ?? "" } }
    }

    private struct Machine {
        let directory = FileManager.default.temporaryDirectory.appending(path: "vigo-update-\(UUID().uuidString)").path
        let releaser = Releaser()
        var program: String { directory + "/bin/vigo" }
        var previous: String { directory + "/bin/.vigo.previous" }
        var candidate: String { directory + "/bin/.vigo.new" }
        var marker: String { directory + "/state/update" }

        init(running version: String = "0.1.0") throws {
            for name in ["bin", "state"] {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(name)",
                    withIntermediateDirectories: true
                )
            }
            try place(version, at: program)
        }

        func place(_ version: String, at path: String) throws {
            try Data(Releaser.program(version)).write(to: URL(filePath: path))
            chmod(path, 0o755)
        }

        func agent(_ version: String = "0.1.0") -> SelfUpdate {
            SelfUpdate(
                directories: AgentDirectories(config: directory, state: directory + "/state"),
                program: AgentProgram(path: program),
                key: releaser.releaseKey,
                version: version,
                machine: ThisMachine(hostname: "web-01", os: "linux", arch: "x86_64"),
                logger: Logger(label: "vigo") { _ in SwiftLogNoOpLogHandler() }
            )
        }

        func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        func remove() { try? FileManager.default.removeItem(atPath: directory) }
    }

    private func update(
        _ agent: SelfUpdate,
        _ offer: Vigo_Agent_V1_AgentUpdate,
        sending file: [UInt8],
        in parts: Int = 7
    ) async -> Reports {
        let reports = Reports()
        await agent.update(offer) { _, download in
            for start in stride(from: 0, to: file.count, by: parts) {
                try await download.append(Array(file[start..<min(start + parts, file.count)]))
            }
        } report: { progress in
            reports.all.withLock { $0.append(progress) }
            return true
        }
        return reports
    }

    @Test func `a newer agent takes the place of this one, is started, and counts once it has checked in`() async throws
    {
        let machine = try Machine()
        defer { machine.remove() }
        let old = machine.agent()
        let reports = await update(old, try machine.releaser.offer(), sending: Releaser.program("0.2.0"))
        #expect(reports.states == [.downloading, .installed])
        #expect(machine.text(machine.program) == String(decoding: Releaser.program("0.2.0"), as: UTF8.self))
        #expect(access(machine.program, X_OK) == 0)
        var restarts = old.restarts.makeAsyncIterator()
        #expect(await restarts.next() == machine.program)

        let new = machine.agent("0.2.0")
        await new.begin(patience: .seconds(60))
        #expect(machine.exists(machine.marker))
        await new.checkedIn()
        #expect(!machine.exists(machine.marker))
        #expect(!machine.exists(machine.previous))
        let outcome = await new.takeOutcome()
        #expect(outcome?.state == .completed)
        #expect(outcome?.version == "0.2.0")
        #expect(await new.takeOutcome() == nil)
    }

    @Test func `a new agent that cannot check in goes back to the one before, which tells why`() async throws {
        let machine = try Machine()
        defer { machine.remove() }
        _ = await update(machine.agent(), try machine.releaser.offer(), sending: Releaser.program("0.2.0"))
        let new = machine.agent("0.2.0")
        await new.begin(patience: .milliseconds(10))
        var restarts = new.restarts.makeAsyncIterator()
        #expect(await restarts.next() == machine.program)
        #expect(machine.text(machine.program) == String(decoding: Releaser.program("0.1.0"), as: UTF8.self))

        let old = machine.agent()
        await old.begin()
        let outcome = await old.takeOutcome()
        #expect(outcome?.state == .rolledBack)
        #expect(outcome?.reason.contains("0.2.0 could not check in") == true)
        #expect(!machine.exists(machine.marker))
    }

    @Test func `a new agent that crashes again and again goes back at its fourth start`() async throws {
        let machine = try Machine()
        defer { machine.remove() }
        _ = await update(machine.agent(), try machine.releaser.offer(), sending: Releaser.program("0.2.0"))
        for _ in 1...3 { await machine.agent("0.2.0").begin(patience: .seconds(60)) }
        #expect(machine.text(machine.program).contains("0.2.0"))
        #expect(await machine.agent("0.2.0").begin(patience: .seconds(60)) == machine.program)
        #expect(machine.text(machine.program).contains("0.1.0"))
    }

    @Test func `a new agent that cannot use what lies on the machine goes back at once`() async throws {
        let machine = try Machine()
        defer { machine.remove() }
        _ = await update(machine.agent(), try machine.releaser.offer(), sending: Releaser.program("0.2.0"))
        let new = machine.agent("0.2.0")
        #expect(await new.begin() == nil)
        #expect(await new.cannotStart("config, line 3: unknown key 'x'") == machine.program)
        #expect(machine.text(machine.program).contains("0.1.0"))

        let old = machine.agent()
        await old.begin()
        #expect(await old.cannotStart("it is not on trial") == nil)
        let reason = await old.takeOutcome()?.reason
        #expect(reason == "version 0.2.0 could not start: config, line 3: unknown key 'x'")
    }

    @Test func `an update that breaks off with its connection is told of by the next one`() async throws {
        let machine = try Machine()
        defer { machine.remove() }
        let agent = machine.agent()
        await agent.update(try machine.releaser.offer()) { _, _ in
            throw UpdateFailure("the connection was lost")
        } report: { _ in
            false
        }
        let outcome = await agent.takeOutcome()
        #expect(outcome?.state == .refused && outcome?.version == "0.2.0")
        #expect(outcome?.reason.contains("the connection was lost") == true)
        #expect(machine.text(machine.program) == String(decoding: Releaser.program("0.1.0"), as: UTF8.self))
    }

    @Test func `what is cut short, too long or altered on the way changes nothing`() async throws {
        let machine = try Machine()
        defer { machine.remove() }
        let file = Releaser.program("0.2.0")
        var altered = file
        altered[altered.count - 2] ^= 1
        for (sent, reason) in [
            (Array(file.dropLast()), "announced"), (file + [10], "more than it announced"),
            (altered, "another SHA-256"),
        ] {
            let reports = await update(machine.agent(), try machine.releaser.offer(), sending: sent)
            #expect(reports.states == [.downloading, .refused])
            #expect(reports.reason.contains(reason))
            #expect(machine.text(machine.program).contains("0.1.0"))
            #expect(!machine.exists(machine.candidate))
            #expect(!machine.exists(machine.marker))
            #expect(!machine.exists(machine.previous))
        }
    }

    @Test func `a signed agent that does not run here, or is another version, is not installed`() async throws {
        let machine = try Machine()
        defer { machine.remove() }
        for file in [Array("not a program".utf8), Releaser.program("0.3.0"), Array("#!/bin/sh\nexit 1\n".utf8)] {
            let reports = await update(machine.agent(), try machine.releaser.offer(file: file), sending: file)
            #expect(reports.states == [.downloading, .refused])
            #expect(machine.text(machine.program).contains("0.1.0"))
            #expect(!machine.exists(machine.candidate))
        }
    }

    @Test func `without an update there is nothing to tell, and a damaged marker is no reason to change programs`()
        async throws
    {
        let machine = try Machine()
        defer { machine.remove() }
        try Data("nonsense".utf8).write(to: URL(filePath: machine.marker))
        let agent = machine.agent()
        await agent.begin()
        await agent.checkedIn()
        #expect(await agent.takeOutcome() == nil)
        #expect(machine.text(machine.program).contains("0.1.0"))
    }
}
