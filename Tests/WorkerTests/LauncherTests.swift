import Built
import CLinux
import Glibc
import Testing
import WorkerProtocol

/// The root part, with the test in the server's place.
@Suite struct LauncherTests {
    private static let pool: UInt32 = 964_100

    @Test func `a worker is started with a uid and namespaces of its own`() throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool + 1)
        let session = try launcher.start(1, Built.plugin("Probe"), uid: Self.pool)
        let report = try #require(launcher.report())
        try #require(report.kind == SCRIER_LAUNCHER_STARTED)
        #expect(report.missing == 0)
        session.send(.start(StartSession()))
        let refusals = try session.probed()
        for name in ["open-read", "open-library", "open-write", "stat"] { #expect(refusals[name] == EACCES, "\(name)") }
        for name in [
            "socket", "socket-unix", "connect", "execve", "fork", "ptrace", "kill", "exec-memory", "dumpable", "limit",
        ] {
            #expect(refusals[name] == EPERM, "\(name)")
        }
        for name in ["thread", "pipe", "memory", "uid-\(Self.pool)"] { #expect(refusals[name] == 0, "\(name)") }
        let end = try #require(launcher.report())
        #expect(end.kind == SCRIER_LAUNCHER_ENDED && end.id == 1 && end.status == 0)
    }

    @Test func `without root a worker is confined all the same, and what is missing is said`() throws {
        let launcher = try LauncherProcess(asUser: 65534)
        let session = try launcher.start(1, Built.plugin("Probe"), uid: 0)
        let report = try #require(launcher.report())
        try #require(report.kind == SCRIER_LAUNCHER_STARTED)
        #expect(report.missing & SCRIER_LAUNCHER_MISSING_UID != 0)
        session.send(.start(StartSession()))
        let refusals = try session.probed()
        for name in ["open-read", "stat"] { #expect(refusals[name] == EACCES, "\(name)") }
        for name in ["socket", "execve", "fork", "ptrace"] { #expect(refusals[name] == EPERM, "\(name)") }
    }

    @Test func `strict refuses what would be confined less`() throws {
        let launcher = try LauncherProcess(asUser: 65534)
        _ = try launcher.start(1, Built.plugin("Echo"), uid: 0) { $0.flags = SCRIER_LAUNCHER_STRICT }
        let report = try #require(launcher.report())
        #expect(report.kind == SCRIER_LAUNCHER_REFUSED && report.step == SCRIER_LAUNCHER_STEP_NAMESPACE)
    }

    @Test func `a worker is signalled by its number`() throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool + 1)
        _ = try launcher.start(5, Built.plugin("Hang"), uid: Self.pool)
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_STARTED)
        launcher.signal(5, SIGKILL)
        let end = try #require(launcher.report())
        #expect(end.id == 5 && end.status & 0x7F == SIGKILL)
    }

    @Test func `workers go with the launcher`() throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool + 1)
        let session = try launcher.start(1, Built.plugin("Echo"), uid: Self.pool)
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_STARTED)
        kill(launcher.pid, SIGKILL)
        #expect(try session.rest().allSatisfy { if case .confined = $0 { true } else { false } })
    }

    @Test func `two workers never share a uid or a number`() throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool + 1)
        let first = try launcher.start(1, Built.plugin("Echo"), uid: Self.pool)
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_STARTED)
        _ = try launcher.start(2, Built.plugin("Echo"), uid: Self.pool)
        #expect(launcher.report()?.status == EBUSY)
        _ = try launcher.start(1, Built.plugin("Echo"), uid: Self.pool + 1)
        #expect(launcher.report()?.status == EEXIST)
        withExtendedLifetime(first) {}
    }

    @Test(arguments: ["", "relative.so", "/a/../b.so", "/a/./b.so", "/a//b.so", "/a/b/", "/a\n.so"])
    func `a path that is not plain is refused`(path: String) throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool)
        _ = try launcher.start(1, path, uid: Self.pool)
        let report = try #require(launcher.report())
        #expect(report.kind == SCRIER_LAUNCHER_REFUSED && report.status == ENOENT)
    }

    @Test(arguments: [0, 1000, 964_099, 964_101, UInt32.max])
    func `a uid outside the pool is refused`(uid: UInt32) throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool)
        _ = try launcher.start(1, Built.plugin("Echo"), uid: uid)
        #expect(launcher.report()?.status == EPERM)
    }

    @Test func `nonsense is refused and the launcher lives on`() throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool)
        launcher.send(bytes: [1, 2, 3])
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_REFUSED)
        launcher.send(bytes: [UInt8](repeating: 255, count: MemoryLayout<scrier_launcher_request>.size))
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_REFUSED)
        launcher.send(bytes: [UInt8](repeating: 0, count: 100_000))
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_REFUSED)
        launcher.signal(1, SIGSTOP)
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_REFUSED)
        _ = try launcher.start(1, Built.plugin("Echo"), uid: Self.pool)
        #expect(launcher.report()?.kind == SCRIER_LAUNCHER_STARTED)
    }

    @Test func `a worker that cannot be executed is a refusal`() throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool, worker: "/nowhere")
        _ = try launcher.start(1, Built.plugin("Echo"), uid: Self.pool)
        let report = try #require(launcher.report())
        #expect(report.step == SCRIER_LAUNCHER_STEP_EXECUTE && report.status == ENOENT)
    }
}
