import Foundation
import NIOPosix
import Testing

@testable import Agent

/// The helper as a process of its own, on users made for the test.
@Suite(.serialized, .enabled(if: TemporaryUser.isPossible)) struct HelperTests {
    private let envoy = UUID().uuidString.lowercased()
    private let session = UUID().uuidString.lowercased()
    private let locks = NSTemporaryDirectory() + "vigo-locks-" + UUID().uuidString
    private let key: AuthorizedKey
    private let operatorText: String

    init() throws {
        // A key of this test alone: nobody else on this machine may have it.
        let text = SampleKeys.random()
        operatorText = text
        key = try #require(AuthorizedKey(parsing: text))
    }

    private var helper: HelperProcess { HelperProcess(executable: Self.program) }

    static var program: String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("AgentHelper").path
    }

    private func install(_ session: String? = nil, login: String? = nil, seconds: Int = 60) throws -> HelperAnswer {
        try helper.ask(
            .install(
                .init(
                    operatorKey: key,
                    login: login,
                    ephemeralKey: SampleKeys.ed25519Blob,
                    envoy: envoy,
                    session: session ?? self.session,
                    seconds: seconds,
                    locks: locks
                )
            )
        )
    }

    private func strip(_ user: TemporaryUser, _ session: String? = nil) throws -> HelperAnswer {
        try helper.ask(.strip(.init(user: user.name, session: session ?? self.session, locks: locks)))
    }

    @Test func `a session's line comes and goes, and the file is what it was`() throws {
        let user = try TemporaryUser()
        let text = "# mine\r\n\(operatorText) dan@laptop\nno final newline"
        user.write(text, mode: 0o640)
        #expect(try install().outcome == .installed(user: user.name))
        let line = try #require(AuthorizedKeysFile(user.keys).ephemeralLines.first)
        #expect(line.session == session && line.envoy == envoy)
        #expect((1...61).contains(line.expires.seconds - LocalTime.now.seconds))
        var status = stat()
        #expect(stat(user.keysPath, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o640 && status.st_uid == user.account.uid)
        #expect(try strip(user).outcome == .done(1))
        #expect(user.keys == Array(text.utf8))
        #expect(user.leftovers.isEmpty)
    }

    @Test func `a line lives two minutes at most, whatever the server asks for`() throws {
        let user = try TemporaryUser()
        user.write(operatorText + "\n")
        _ = try install(seconds: 1_000_000)
        let line = try #require(AuthorizedKeysFile(user.keys).ephemeralLines.first)
        #expect(line.expires.seconds - LocalTime.now.seconds <= EphemeralLine.longestLife)
    }

    @Test(arguments: [0o600, 0o644, 0o400] as [mode_t])
    func `a file of a foreign group is written where the group makes no difference`(mode: mode_t) throws {
        let user = try TemporaryUser()
        user.write(operatorText + "\n", mode: mode)
        chown(user.keysPath, user.account.uid, try user.makeGroup(withMe: false))
        #expect(try install().outcome == .installed(user: user.name))
        #expect(user.mode == mode && user.status.st_uid == user.account.uid)
        #expect(user.status.st_gid == user.account.gid)
        #expect(try strip(user).outcome == .done(1))
        #expect(user.keys == Array((operatorText + "\n").utf8))
    }

    @Test(arguments: [0o640, 0o660, 0o604] as [mode_t])
    func `a file whose foreign group has rights of its own is left alone, and it is said what to do`(mode: mode_t)
        throws
    {
        let user = try TemporaryUser()
        user.write(operatorText + "\n", mode: mode)
        let group = try user.makeGroup(withMe: false)
        chown(user.keysPath, user.account.uid, group)
        guard case .failed(let sentence) = try install().outcome else {
            Issue.record("it was written")
            return
        }
        #expect(sentence.contains("mode \(String(mode, radix: 8))") && sentence.contains("chgrp"))
        #expect(user.status.st_gid == group && user.mode == mode)
        #expect(user.keys == Array((operatorText + "\n").utf8) && user.leftovers.isEmpty)
    }

    @Test func `a file of another group of the user's keeps it, through a session and through a sweep`() throws {
        let user = try TemporaryUser()
        user.write(operatorText + "\n", mode: 0o640)
        let group = try user.makeGroup(withMe: true)
        chown(user.keysPath, user.account.uid, group)
        #expect(try install().outcome == .installed(user: user.name))
        #expect(user.status.st_gid == group)
        let sweep = HelperRequest.Sweep(envoy: envoy, keeping: [], users: [user.name], locks: locks)
        #expect(try helper.ask(.sweep(sweep)).outcome == .done(1))
        #expect(user.status.st_gid == group && user.mode == 0o640)
        #expect(user.keys == Array((operatorText + "\n").utf8))
    }

    /// The owner reads and writes, one other user reads, the group and all others nothing. In the mode this looks as if the group
    /// read.
    private static let acl: [UInt8] = {
        // Version 2; then tag, rights and id of each entry, in the kernel's order (linux/posix_acl_xattr.h).
        var bytes: [UInt8] = [2, 0, 0, 0]
        func entry(_ tag: UInt8, _ rights: UInt8, _ id: [UInt8] = [255, 255, 255, 255]) {
            bytes.append(contentsOf: [tag, 0, rights, 0])
            bytes.append(contentsOf: id)
        }
        entry(0x01, 6)
        entry(0x02, 4, [1, 0, 0, 0])
        entry(0x04, 0)
        entry(0x10, 4)
        entry(0x20, 0)
        return bytes
    }()

    private static func readACL(_ path: String) throws -> [UInt8] {
        let file = try Descriptor(open(path, O_RDONLY), "open")
        return try FileACL.read(file)
    }

    /// False where the file system has no such lists.
    private static func giveACL(_ path: String) throws -> Bool {
        let file = try Descriptor(open(path, O_RDWR), "open")
        try? FileACL.write(acl, to: file)
        return try FileACL.read(file) == acl
    }

    @Test func `an access control list goes along, so that its group gets nothing by it`() throws {
        let user = try TemporaryUser()
        user.write(operatorText + "\n")
        guard try Self.giveACL(user.keysPath) else { return }
        #expect(user.mode == 0o640)
        #expect(try install().outcome == .installed(user: user.name))
        let kept = try Self.readACL(user.keysPath)
        #expect(kept == Self.acl)
        #expect(user.mode == 0o640)
    }

    @Test func `of several users with the key the lowest uid is taken, and login chooses`() throws {
        let (first, second) = (try TemporaryUser(), try TemporaryUser())
        first.write(operatorText + "\n")
        second.write(operatorText + "\n")
        let lowest = first.account.uid < second.account.uid ? first : second
        #expect(try install().outcome == .installed(user: lowest.name))
        let highest = lowest === first ? second : first
        #expect(try install(login: highest.name).outcome == .installed(user: highest.name))
        #expect(try install(login: "root").outcome == .notAuthorized)
        #expect(try install(login: "nobody-of-that-name").outcome == .notAuthorized)
    }

    @Test func `a user without a login shell is no landing target`() throws {
        let user = try TemporaryUser(shell: "/usr/sbin/nologin")
        user.write(operatorText + "\n")
        #expect(try install().outcome == .notAuthorized)
    }

    @Test func `a link to the password file is left alone`() throws {
        let user = try TemporaryUser()
        symlink("/etc/shadow", user.keysPath)
        let before = FileManager.default.contents(atPath: "/etc/shadow")
        let answer = try install()
        #expect(answer.outcome == .notAuthorized)
        #expect(answer.remarks.contains { $0.contains(user.name) && $0.contains("symbolic link") })
        #expect(try strip(user).outcome == .failed("a symbolic link leads to it"))
        #expect(FileManager.default.contents(atPath: "/etc/shadow") == before)
    }

    @Test func `a linked directory is not followed either`() throws {
        let user = try TemporaryUser()
        try FileManager.default.removeItem(atPath: user.directory + "/.ssh")
        symlink("/root", user.directory + "/.ssh")
        #expect(try install().remarks.contains { $0.contains(user.name) })
    }

    @Test func `somebody else's file by a hard link is left alone`() throws {
        let (user, other) = (try TemporaryUser(), try TemporaryUser())
        other.write(operatorText + "\n", mode: 0o644)
        #expect(link(other.keysPath, user.keysPath) == 0)
        #expect(try install(login: user.name).outcome == .notAuthorized)
    }

    @Test func `a pipe, a directory and a huge file do not hold the helper up`() throws {
        let user = try TemporaryUser()
        mkfifo(user.keysPath, 0o600)
        chown(user.keysPath, user.account.uid, user.account.gid)
        let start = Date()
        #expect(try install(login: user.name).remarks.first?.contains("not a regular file") == true)
        unlink(user.keysPath)
        mkdir(user.keysPath, 0o700)
        chown(user.keysPath, user.account.uid, user.account.gid)
        #expect(try install(login: user.name).remarks.first?.contains("not a regular file") == true)
        rmdir(user.keysPath)
        user.write(operatorText + "\n" + String(repeating: "#", count: 2 << 20))
        #expect(try install(login: user.name).remarks.first?.contains("larger") == true)
        #expect(Date().timeIntervalSince(start) < 10)
    }

    @Test func `twenty sessions and an editor at once lose nothing`() async throws {
        let user = try TemporaryUser()
        user.write(operatorText + "\n")
        let sessions = (0..<20).map { _ in UUID().uuidString.lowercased() }
        let path = user.keysPath
        let account = user.account
        // The session lines are the agent's; whatever else somebody writes in the meantime has to survive.
        let editor = EditorThread(path: path, owner: account)
        let threads = NIOThreadPool(numberOfThreads: 8)
        threads.start()
        let writer = AuthorizedKeysWriter(executable: Self.program, locks: locks, threads: threads)
        let (key, envoy) = (key, envoy)
        try await withThrowingTaskGroup(of: HelperAnswer.Outcome.self) { group in
            for session in sessions {
                group.addTask {
                    try await writer.install(
                        operatorKey: key,
                        login: nil,
                        ephemeralKey: SampleKeys.ed25519Blob,
                        envoy: envoy,
                        session: session,
                        seconds: 100
                    ).outcome
                }
            }
            for try await outcome in group { #expect(outcome == .installed(user: user.name)) }
        }
        #expect(Set(AuthorizedKeysFile(user.keys).ephemeralLines.map(\.session)) == Set(sessions))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for session in sessions {
                group.addTask { _ = try await writer.strip(user: account.name, session: session) }
            }
            try await group.waitForAll()
        }
        editor.stop()
        let text = String(decoding: user.keys, as: UTF8.self)
        #expect(text == operatorText + "\n" + editor.written)
        try await threads.shutdownGracefully()
    }

    @Test func `an edit between reading and replacing is kept`() throws {
        let user = try TemporaryUser()
        user.write("old\n")
        var edits = 0
        try HomeKeys(account: user.account).replace(after: { step throws(HomeFileError) in
            guard step == .synced, edits < 3 else { return }
            edits += 1
            user.write("edit \(edits)\n")
        }) { AuthorizedKeysFile(Array("new\n".utf8) + $0.bytes) }
        #expect(String(decoding: user.keys, as: UTF8.self) == "new\nedit 3\n")
        #expect(user.leftovers.isEmpty)
    }

    @Test(arguments: HomeKeys.Step.allCases)
    func `what a crash at any step leaves is the old file or the new one`(step: HomeKeys.Step) throws {
        let user = try TemporaryUser()
        user.write("old\n")
        let copy = user.directory + "/copy"
        try HomeKeys(account: user.account).replace(after: { reached throws(HomeFileError) in
            // What the disk holds at this point is what a crash would leave.
            if reached == step { try? FileManager.default.copyItem(atPath: user.keysPath, toPath: copy) }
        }) { _ in AuthorizedKeysFile("new\n".utf8) }
        let expected = [.written, .synced].contains(step) ? "old\n" : "new\n"
        #expect(FileManager.default.contents(atPath: copy) == Data(expected.utf8))
    }

    @Test func `helpers that are killed at any moment leave valid files, and a sweep cleans up`() throws {
        let user = try TemporaryUser()
        let text = operatorText + "\n" + String(repeating: "# filler\n", count: 2000)
        user.write(text)
        for delay in stride(from: 0, to: 30_000, by: 1_500) {
            let thread = Thread { [helper, key, envoy, locks, name = user.name] in
                _ = try? helper.ask(
                    .install(
                        .init(
                            operatorKey: key,
                            login: name,
                            ephemeralKey: SampleKeys.ed25519Blob,
                            envoy: envoy,
                            session: UUID().uuidString.lowercased(),
                            seconds: 60,
                            locks: locks
                        )
                    )
                )
            }
            thread.start()
            usleep(useconds_t(delay))
            for pid in Self.children() { kill(pid, SIGKILL) }
            let deadline = Date().addingTimeInterval(10)
            while !thread.isFinished, Date() < deadline { usleep(1_000) }
            #expect(String(decoding: user.keys, as: UTF8.self).hasSuffix(text))
        }
        let sweep = HelperRequest.Sweep(envoy: envoy, keeping: [], users: [user.name], locks: locks)
        guard case .done = try helper.ask(.sweep(sweep)).outcome else {
            Issue.record("the sweep failed")
            return
        }
        #expect(user.keys == Array(text.utf8))
    }

    /// Helpers that this process has started: nobody else's.
    private static func children() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(pid_t.init).filter { pid in
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            let line = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            return status.contains("PPid:\t\(getpid())\n") && line.contains(HelperCommand.name)
        }
    }

    @Test func `a sweep after a crash removes this envoy's lines and no others`() throws {
        let user = try TemporaryUser()
        user.write(operatorText + "\n")
        _ = try install()
        let request = HelperRequest.Sweep(
            envoy: UUID().uuidString.lowercased(),
            keeping: [],
            users: [user.name],
            locks: locks
        )
        #expect(try helper.ask(.sweep(request)).outcome == .done(0))
        let own = HelperRequest.Sweep(envoy: envoy, keeping: [], users: [user.name], locks: locks)
        #expect(try helper.ask(.sweep(own)).outcome == .done(1))
        #expect(user.keys == Array((operatorText + "\n").utf8))
    }

    @Test func `a helper that is not there is an error, and no hang`() {
        #expect(throws: HelperFailure.self) {
            try HelperProcess(executable: "/bin/sleep", patience: 300).ask(
                .strip(.init(user: "nobody", session: session, locks: locks))
            )
        }
    }
}
