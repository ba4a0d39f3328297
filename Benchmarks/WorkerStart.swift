import Broker
import Foundation
import Lab
import Logging
import NIOPosix

/// From asking the launcher for a worker to its word that it is confined, against starting a process that does nothing.
struct WorkerStart {
    let rounds: Int

    func measure(_ programs: Programs, into report: Report) async throws {
        let launcher = try Launcher.spawn(
            launcherPath: programs.launcher.path,
            workerPath: programs.worker.path,
            workerUIDs: 64_500...64_599
        )
        defer { launcher.stop() }
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let catalog = PluginCatalog(directory: programs.plugins.path, workerPath: programs.worker.path, logger: logger)
        await catalog.scan()
        let broker = Broker(launcher: launcher, catalog: catalog, logger: logger)
        guard let plugin = await catalog.plugin("ssh") else {
            throw NeverHappened(description: "no ssh plugin in \(programs.plugins.path)")
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let clock = ContinuousClock()
        var workers: [Double] = []
        var processes: [Double] = []
        for round in 0..<rounds {
            let start = clock.now
            let worker = try await broker.start(
                plugin,
                session: "bench-\(round)",
                on: loop,
                handlers: WorkerHandlers(onOutput: { _ in }, onMessage: { _ in })
            )
            _ = try await worker.confined()
            workers.append(milliseconds(clock.now - start))
            worker.close()
            let plain = clock.now
            try Command.run(URL(filePath: "/bin/true"), [])
            processes.append(milliseconds(clock.now - plain))
        }
        report.section(
            "Worker start-up (\(rounds) rounds, until confined)",
            ["what", "p50", "p90", "ratio to /bin/true"],
            [
                [
                    "ssh worker", format(workers.percentile(0.5), 1) + " ms",
                    format(workers.percentile(0.9), 1) + " ms",
                    format(workers.percentile(0.5) / processes.percentile(0.5)),
                ],
                [
                    "/bin/true", format(processes.percentile(0.5), 1) + " ms",
                    format(processes.percentile(0.9), 1) + " ms", "1.00",
                ],
            ]
        )
    }
}

/// Where a distribution keeps what stands behind the server.
struct Programs {
    let launcher: URL
    let worker: URL
    let plugins: URL

    init(besides bin: URL) {
        let root = bin.deletingLastPathComponent()
        launcher = root.appending(path: "libexec/vigo/scrier-launcher")
        worker = root.appending(path: "libexec/vigo/scrier-worker")
        plugins = root.appending(path: "lib/vigo/plugins")
    }
}
