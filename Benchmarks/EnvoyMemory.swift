import Foundation
import Lab

/// What one more connected, idle envoy costs the server: real agents, hundreds of them, each with its own certificate.
struct EnvoyMemory {
    let envoys: Int

    func measure(_ lab: Lab, into report: Report) async throws {
        try await Task.sleep(for: .seconds(1))
        let before = try ProcessMemory.proportionalSetSize(lab.server.processID)
        var agents: [Program] = []
        defer { for agent in agents { agent.kill() } }
        for number in 1...envoys {
            agents.append(try lab.startIdleAgent(number))
            // In step with the handshakes: a stampede would measure something else.
            if number % 50 == 0 { try await connected(number, lab) }
        }
        try await connected(envoys, lab)
        try await Task.sleep(for: .seconds(3))
        let after = try ProcessMemory.proportionalSetSize(lab.server.processID)
        report.section(
            "Memory of an idle envoy in the server (PSS, slope over \(envoys) agents)",
            ["before", "after", "each"],
            [
                [
                    format(Double(before) / 1024, 1) + " MiB", format(Double(after) / 1024, 1) + " MiB",
                    format(Double(after - before) / Double(envoys), 0) + " KiB",
                ]
            ],
            notes: ["Goal: below 200 kB."]
        )
    }

    private func connected(_ count: Int, _ lab: Lab) async throws {
        try await eventually("connection of \(count) envoys", within: .seconds(120)) {
            try lab.list(["envoys", "list"]).filter { $0["connected"] as? Bool == true }.count >= count
        }
    }
}
