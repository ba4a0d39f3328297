import Built
import CLinux
import Glibc
import Testing
import WorkerProtocol

/// A worker that keeps secrets: what it is handed, and what it can do with that.
@Suite struct GrantTests {
    private static let pool: UInt32 = 964_200
    private static let uid: UInt32 = 964_290
    private static let flags = SCRIER_LAUNCHER_SECRETS | SCRIER_LAUNCHER_DIRECTORY

    private func launcher(_ scratch: SecretsScratch) throws -> LauncherProcess {
        try LauncherProcess(pool: Self.pool...Self.pool, secrets: scratch.arguments)
    }

    private func refusal(_ launcher: LauncherProcess, flags: UInt32 = flags) throws -> scrier_launcher_report {
        _ = try launcher.start(1, Built.plugin("Grant"), uid: Self.uid, flags: flags)
        return try #require(launcher.report())
    }

    private func checkConfined(_ attempts: [String: Int32]) {
        #expect(attempts.count > 30)
        for (name, error) in attempts where name.hasPrefix("may-") { #expect(error == 0, "\(name) \(error)") }
        for (name, error) in attempts where name.hasPrefix("no-") { #expect(error != 0, "\(name)") }
    }

    @Test func `it keeps files in its directory and reaches nothing else`() throws {
        let scratch = SecretsScratch(uid: Self.uid)
        let launcher = try launcher(scratch)
        let session = try launcher.start(1, Built.plugin("Grant"), uid: Self.uid, flags: Self.flags)
        let report = try #require(launcher.report())
        try #require(report.kind == SCRIER_LAUNCHER_STARTED, "step \(report.step) \(report.status)")
        #expect(report.missing == 0)
        session.send(.start(StartSession()))
        let probed = try #require(try session.ask("probe"))
        let attempts = SessionEnds.attempts(probed.fields)
        checkConfined(attempts)
        #expect(attempts["uid-\(Self.uid)"] == 0)
        // Only root reads the key by its name.
        #expect(scratch.names == [".lock", ".master.key", "link"])
    }

    @Test func `a directory below the server's own is reached, closed as that is to root's remaining rights`() throws {
        let scratch = SecretsScratch(uid: Self.uid)
        chown(scratch.top, 1000, 1000)
        chmod(scratch.top, 0o700)
        #expect(try refusal(try launcher(scratch)).kind == SCRIER_LAUNCHER_STARTED)
    }

    @Test func `without root it is confined all the same`() throws {
        let scratch = SecretsScratch(uid: 65534, ownedByUser: true)
        let launcher = try LauncherProcess(asUser: 65534, secrets: scratch.arguments)
        let session = try launcher.start(1, Built.plugin("Grant"), uid: 0, flags: Self.flags)
        let report = try #require(launcher.report())
        try #require(report.kind == SCRIER_LAUNCHER_STARTED, "step \(report.step) \(report.status)")
        #expect(report.missing & SCRIER_LAUNCHER_MISSING_UID != 0)
        session.send(.start(StartSession()))
        checkConfined(SessionEnds.attempts(try #require(try session.ask("probe")).fields))
    }

    @Test func `the key comes as the first secret, the one that replaces it as the second`() throws {
        let scratch = SecretsScratch(uid: Self.uid)
        let launcher = try launcher(scratch)
        for (id, expected) in [(UInt64(1), "-"), (2, "the next key")] {
            if id == 2 { scratch.write(scratch.nextKey, "the next key") }
            let session = try launcher.start(id, Built.plugin("Grant"), uid: Self.uid, flags: Self.flags)
            #expect(launcher.report()?.kind == SCRIER_LAUNCHER_STARTED)
            // What the server sends under the key's name counts for nothing.
            session.send(.start(StartSession(secrets: ["key": [1, 2, 3]])))
            let fields = try #require(try session.ask("secrets")).fields
            #expect(fields.map { String(decoding: $0, as: UTF8.self) } == ["the key", expected])
            session.send(.close)
            #expect(launcher.report()?.kind == SCRIER_LAUNCHER_ENDED)
        }
    }

    @Test func `one worker at a time has the directory`() throws {
        let scratch = SecretsScratch(uid: Self.uid)
        let (first, second) = (try launcher(scratch), try launcher(scratch))
        let session = try first.start(1, Built.plugin("Grant"), uid: Self.uid, flags: Self.flags)
        #expect(first.report()?.kind == SCRIER_LAUNCHER_STARTED)
        let refused = try refusal(second)
        #expect(refused.step == SCRIER_LAUNCHER_STEP_LOCK && refused.status == EWOULDBLOCK)
        session.send(.close)
        #expect(first.report()?.kind == SCRIER_LAUNCHER_ENDED)
        #expect(try refusal(second).kind == SCRIER_LAUNCHER_STARTED)
    }

    @Test func `a key file that is not root's alone is not handed over`() throws {
        let spoiled: [(String, Int32, (SecretsScratch) -> Void)] = [
            ("missing", ENOENT, { unlink($0.key) }),
            ("readable by others", EPERM, { chmod($0.key, 0o644) }),
            ("somebody else's", EPERM, { chown($0.key, 1000, 0) }),
            (
                "a link", ELOOP,
                {
                    unlink($0.key); symlink($0.top + "/beside", $0.key)
                }
            ),
            ("with a second name", EPERM, { link($0.key, $0.top + "/second") }),
            (
                "a pipe", EPERM,
                {
                    unlink($0.key); mkfifo($0.key, 0o600)
                }
            ),
            (
                "a directory", EPERM,
                {
                    unlink($0.key); mkdir($0.key, 0o600)
                }
            ),
        ]
        for (name, error, spoil) in spoiled {
            let scratch = SecretsScratch(uid: Self.uid)
            spoil(scratch)
            let report = try refusal(try launcher(scratch))
            rmdir(scratch.key)
            #expect(report.step == SCRIER_LAUNCHER_STEP_KEY && report.status == error, "\(name): \(report.status)")
        }
        let scratch = SecretsScratch(uid: Self.uid)
        scratch.write(scratch.nextKey, "next")
        chmod(scratch.nextKey, 0o640)
        #expect(try refusal(try launcher(scratch)).step == SCRIER_LAUNCHER_STEP_NEXT_KEY)
    }

    @Test func `a directory that is not as it has to be is not handed over`() throws {
        let spoiled: [(String, Int32, (SecretsScratch) -> Void)] = [
            ("missing", ENOENT, { rename($0.directory, $0.top + "/moved") }),
            ("no sticky bit", EPERM, { chmod($0.directory, 0o770) }),
            ("open to others", EPERM, { chmod($0.directory, 0o1777) }),
            ("another group's", EPERM, { chown($0.directory, 0, 0) }),
            ("somebody else's", EPERM, { chown($0.directory, Self.uid, Self.uid) }),
            (
                "a link", ENOTDIR,
                {
                    rename($0.directory, $0.top + "/moved"); symlink("moved", $0.directory)
                }
            ),
        ]
        for (name, error, spoil) in spoiled {
            let scratch = SecretsScratch(uid: Self.uid)
            spoil(scratch)
            let report = try refusal(try launcher(scratch))
            unlink(scratch.directory)
            rename(scratch.top + "/moved", scratch.directory)
            #expect(
                report.step == SCRIER_LAUNCHER_STEP_DIRECTORY && report.status == error,
                "\(name): \(report.status)"
            )
        }
    }

    @Test func `a plugin that others could have written does not learn the key`() throws {
        let scratch = SecretsScratch(uid: Self.uid)
        let folder = scratch.top + "/plugins"
        mkdir(folder, 0o755)
        let path = folder + "/grant.so"
        defer {
            unlink(path)
            rmdir(folder)
        }
        try copy(Built.plugin("Grant"), to: path)
        func step(_ id: UInt64) throws -> UInt32 {
            _ = try launcher.start(id, path, uid: Self.uid, flags: Self.flags)
            return try #require(launcher.report()).step
        }
        let launcher = try launcher(scratch)
        chmod(path, 0o664)
        #expect(try step(1) == SCRIER_LAUNCHER_STEP_PLUGIN)
        chmod(path, 0o644)
        chown(path, 1000, 0)
        #expect(try step(2) == SCRIER_LAUNCHER_STEP_PLUGIN)
        chown(path, 0, 0)
        chmod(folder, 0o775)
        #expect(try step(3) == SCRIER_LAUNCHER_STEP_PLUGIN)
        chmod(folder, 0o755)
        chown(scratch.top, 1000, 1000)
        #expect(try step(4) == SCRIER_LAUNCHER_STEP_PLUGIN)
        chown(scratch.top, 0, 0)
        #expect(try step(5) == 0)
    }

    @Test func `who may ask for what`() throws {
        let scratch = SecretsScratch(uid: Self.uid)
        let launcher = try launcher(scratch)
        func status(_ id: UInt64, uid: UInt32, _ flags: UInt32, more: [Int32] = []) throws -> Int32 {
            _ = try launcher.start(id, Built.plugin("Grant"), uid: uid, flags: flags, more: more)
            return try #require(launcher.report()).status
        }
        #expect(try status(1, uid: Self.uid, 0) == EPERM)
        #expect(try status(2, uid: Self.pool, Self.flags) == EPERM)
        #expect(try status(3, uid: Self.pool, SCRIER_LAUNCHER_DIRECTORY) == EINVAL)
        #expect(try status(4, uid: Self.pool, SCRIER_LAUNCHER_DIAL, more: [2]) == EINVAL)
        #expect(try status(5, uid: Self.uid, Self.flags | SCRIER_LAUNCHER_DIAL) == EBADF)
        #expect(try status(6, uid: Self.uid, Self.flags, more: [2]) == EBADF)
        let without = try LauncherProcess(pool: Self.pool...Self.pool)
        #expect(try refusal(without).status == EOPNOTSUPP)
    }

    @Test(arguments: [
        ["--secrets"], ["--secrets", "964200", "/a", "/b"], ["--secrets", "999", "/a", "/b"],
        ["--secrets", "60999", "a", "/b"], ["--secrets", "60999", "/a", "b"], ["--secrets", "60999x", "/a", "/b"],
        ["--other", "60999", "/a", "/b"], ["--secrets", "60999", "/a", "/b", "/c"],
    ])
    func `arguments that make no sense start no launcher`(arguments: [String]) throws {
        let launcher = try LauncherProcess(pool: Self.pool...Self.pool, secrets: arguments)
        #expect(launcher.report() == nil)
    }

    private func copy(_ from: String, to path: String) throws {
        let (source, target) = (try #require(fopen(from, "r")), try #require(fopen(path, "w")))
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, source)
        fwrite(bytes, 1, count, target)
        fclose(source)
        fclose(target)
        chmod(path, 0o644)
    }
}
