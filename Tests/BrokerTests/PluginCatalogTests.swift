import Glibc
import Logging
import Testing

@testable import Broker

@Suite struct PluginCatalogTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `files that are no use are listed with the reason`() async throws {
        let catalog = PluginCatalog(directory: Lab.directory, workerPath: Lab.worker, logger: logger)
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
            directory: Lab.directory,
            workerPath: Lab.worker,
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
        #expect(try PluginFile.check(path).hasPrefix("e3b0c442"))
        chown(path, 12345, 12345)
        #expect(throws: PluginFile.Problem.self) { try PluginFile.check(path) }
    }

    @Test func `a describer that hangs is given up`() {
        let process = DescribeProcess(workerPath: "/bin/sleep", timeout: .milliseconds(100))
        #expect(throws: DescribeProcess.Failure.self) { try process.describe("10") }
    }

    @Test func `a crash while describing is a sentence`() {
        let ending = ProcessEnding(waitStatus: 11)
        #expect(ending == .signalled(SIGSEGV))
        #expect(SignalName.of(SIGSEGV) == "SIGSEGV")
    }
}
