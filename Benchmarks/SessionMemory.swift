import Foundation
import Lab

/// What one more idle session costs: proportional set size of server, workers and agent, as a slope from one session to several.
struct SessionMemory {
    let sessions: Int
    /// What has scrolled by in each before it idles.
    var lines = 0

    func measure(_ peers: Peers, into report: Report) async throws {
        let lab = peers.lab
        var terminals = [try open(peers)]
        try await Task.sleep(for: .seconds(2))
        let one = try footprint(lab)
        while terminals.count < sessions { terminals.append(try open(peers)) }
        try await Task.sleep(for: .seconds(2))
        let many = try footprint(lab)
        for terminal in terminals {
            terminal.type("exit\r")
            _ = try await terminal.exitStatus()
        }
        func slope(_ part: KeyPath<Footprint, Int>) -> Double {
            Double(many[keyPath: part] - one[keyPath: part]) / Double(sessions - 1) / 1024
        }
        report.section(
            "Memory of an idle session\(lines == 0 ? "" : " after \(lines) lines") (PSS, slope from 1 to \(sessions) sessions)",
            ["server", "worker", "agent", "all"],
            [[\Footprint.server, \.workers, \.agent, \.all].map { format(slope($0), 1) + " MiB" }],
            notes: ["Goal: all below 12 MB."]
        )
    }

    private func open(_ peers: Peers) throws -> TerminalProgram {
        let terminal = try peers.openShell(.scrier)
        guard lines > 0 else { return terminal }
        terminal.type("seq 1 \(lines); echo the-e''nd\r")
        guard terminal.waitForEnding("the-end\r\n", seconds: 60) else {
            throw NeverHappened(description: "the last of \(lines) lines")
        }
        return terminal
    }

    /// KiB.
    struct Footprint {
        var server = 0
        var workers = 0
        var agent = 0
        var all: Int { server + workers + agent }
    }

    private func footprint(_ lab: Lab) throws -> Footprint {
        let launcher = try ProcessMemory.children(of: lab.server.processID)
        let workers = try launcher.flatMap(ProcessMemory.children)
        return try Footprint(
            server: ProcessMemory.proportionalSetSize(lab.server.processID),
            workers: workers.map(ProcessMemory.proportionalSetSize).reduce(0, +),
            agent: ProcessMemory.proportionalSetSize(lab.agent.processID)
        )
    }
}
