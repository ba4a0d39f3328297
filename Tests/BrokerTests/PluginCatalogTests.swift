import Built
import Glibc
import Logging
import Testing

@testable import Broker

@Suite struct PluginCatalogTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `files that are no use are listed with the reason`() async throws {
        let catalog = PluginCatalog(directory: Built.directory, workerPath: Built.worker, logger: logger)
        await catalog.scan()
        let list = await catalog.list
        func problem(_ name: String) -> String { list.first { $0.fileName == name }?.problem ?? "" }
        #expect(await catalog.plugin("echo")?.label == "Echo")
        #expect(problem("libWrongABIPlugin.so").contains("made for plugin ABI 2"))
        #expect(problem("libBadDescriptorPlugin.so").contains("twice"))
        #expect(list.allSatisfy { ($0.descriptor == nil) == ($0.problem != nil) })
    }

    @Test func `a checksum that does not fit keeps a plugin out`() async throws {
        let catalog = PluginCatalog(
            directory: Built.directory,
            workerPath: Built.worker,
            checksums: ["echo": String(repeating: "0", count: 64)],
            logger: logger
        )
        await catalog.scan()
        #expect(await catalog.plugin("echo") == nil)
        let entry = try #require(await catalog.list.first { $0.fileName == "libEchoPlugin.so" })
        #expect(entry.problem?.contains("server.yaml expects 000") == true)
    }

    @Test func `a file that others can write is not loaded`() throws {
        let path = "/tmp/scrier-plugin-\(getpid()).so"
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        close(file)
        defer { unlink(path) }
        chmod(path, 0o666)
        #expect(throws: PluginFile.Problem.self) { try PluginFile.check(path) }
        chmod(path, 0o644)
        #expect(try PluginFile.check(path).sha256.hasPrefix("e3b0c442"))
        chown(path, 12345, 12345)
        #expect(throws: PluginFile.Problem.self) { try PluginFile.check(path) }
    }

    /// In place of scrier-worker, with what a plugin's constructor might do.
    private func describe(by script: String) throws -> String {
        let path = "/tmp/scrier-describer-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let file = try #require(fopen(path, "w"))
        fputs("#!/bin/sh\n\(script)\n", file)
        fclose(file)
        chmod(path, 0o700)
        defer { unlink(path) }
        let process = DescribeProcess(workerPath: path, timeout: .milliseconds(300), largestAnswer: 10_000)
        do throws(DescribeProcess.Failure) {
            return try process.describe("/plugin.so").id
        } catch {
            return error.sentence
        }
    }

    @Test func `a describer that hangs, with or without its pipes, is given up`() throws {
        #expect(try describe(by: "sleep 60").contains("did not say what it is"))
        #expect(try describe(by: "exec >&- 2>&-; sleep 60").contains("did not say what it is"))
    }

    @Test func `a describer that prints without end, nonsense or forged names is refused`() throws {
        #expect(try describe(by: "yes").contains("said too much"))
        #expect(try describe(by: "echo '{}'").contains("makes no sense"))
        let forged =
            #"{"id":"../x","version":"1","label":"x","summary":"","abi":{"major":1,"minor":0},"roles":["terminal"],"needs":[],"parameters":[]}"#
        #expect(try describe(by: "echo '\(forged)'").contains("its id is no name"))
        #expect(try describe(by: "kill -SEGV $$").contains("crashed (SIGSEGV)"))
        #expect(try describe(by: "echo 'no such thing' >&2; exit 66") == "no such thing")
    }

    @Test func `a file that is dropped in counts at once, and one that is gone no longer`() async throws {
        let directory = "/tmp/scrier-plugins-\(getpid())"
        mkdir(directory, 0o755)
        defer { rmdir(directory) }
        let catalog = PluginCatalog(directory: directory, workerPath: Built.worker, logger: logger)
        #expect(await catalog.list.isEmpty)
        let path = directory + "/echo.so"
        try copy(Built.directory + "/libEchoPlugin.so", to: path)
        #expect(await catalog.plugin("echo")?.label == "Echo")
        unlink(path)
        #expect(await catalog.plugin("echo") == nil)
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

    @Test func `a crash while describing is a sentence`() {
        let ending = ProcessEnding(waitStatus: 11)
        #expect(ending == .signalled(SIGSEGV))
        #expect(SignalName.of(SIGSEGV) == "SIGSEGV")
    }
}
