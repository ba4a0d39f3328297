import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Broker

@Suite struct SessionRecordingTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let directory: String

    init() throws {
        directory = "\(NSTemporaryDirectory())recording-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private var path: String { "\(directory)/2026/05/one.cast" }
    private var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    private func recording(reserve: UInt64 = 0) throws -> SessionRecording {
        let subject = RecordingSubject(title: "t", term: "xterm", columns: 80, rows: 24, timestamp: 1)
        return try SessionRecording("2026/05/one.cast", in: directory, of: subject, reserve: reserve, on: loop)
    }

    @Test func `what was shown is in the file within the second, without anybody ending it`() async throws {
        let recording = try recording()
        try await loop.submit { recording.output(ByteBuffer(string: "hello")) }.get()
        for _ in 0..<2000 where !text.contains("hello") { try await Task.sleep(for: .milliseconds(10)) }
        #expect(text.contains(#","o","hello"]"#))
        _ = try await recording.finish().get()
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test func `the digest is that of the whole file, which only its owner may read`() async throws {
        let recording = try recording()
        try await loop.submit {
            recording.output(ByteBuffer(repeating: 0, count: 100_000))
            recording.resize(columns: 100, rows: 30)
            recording.output(ByteBuffer(bytes: [0xE2, 0x82]))
        }.get()
        let result = try await recording.finish().get()
        let digest = try #require(RecordedFile.digest(path))
        #expect(digest == RecordedFile.Digest(bytes: result.bytes, sha256: result.sha256) && result.failure == nil)
        #expect(text.hasSuffix("\"o\",\"\u{FFFD}\"]\n") && text.contains(#","r","100x30"]"#))
        for (path, mode) in [(path, 0o600), ("\(directory)/2026/05", 0o700)] {
            let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(permissions == mode)
        }
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test func `a disk that is behind says so before memory grows, and again when it has caught up`() async throws {
        let recording = try recording()
        let said = Mutex<[Bool]>([])
        try await loop.submit {
            recording.begin(onBehind: { isBehind in said.withLock { $0.append(isBehind) } }, onFailure: { _ in })
            for _ in 0..<80 { recording.output(ByteBuffer(repeating: 0x41, count: 64 << 10)) }
        }.get()
        #expect(said.withLock { $0 } == [true], "5 MiB at once are more than may be on their way")
        for _ in 0..<2000 where said.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(said.withLock { $0 } == [true, false])
        let result = try await recording.finish().get()
        #expect(result.bytes > 80 * 64 << 10)
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test func `a disk that is all but full ends the recording where it still plays`() async throws {
        let recording = try recording(reserve: .max)
        let problem = loop.makePromise(of: RecordingError.self)
        try await loop.submit {
            recording.begin(onBehind: { _ in }, onFailure: { problem.succeed($0) })
            recording.output(ByteBuffer(string: "never"))
        }.get()
        #expect(try await problem.futureResult.get() == .diskNearlyFull)
        let result = try await recording.finish().get()
        #expect(result.failure != nil && !text.contains("never") && text.hasSuffix("}\n"))
        #expect(RecordedFile.digest(path)?.sha256 == result.sha256)
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test func `a file that is there already is never written to`() async throws {
        let first = try recording()
        #expect(throws: RecordingError.cannotCreate(path, error: EEXIST)) { try recording() }
        _ = try await first.finish().get()
        try FileManager.default.removeItem(atPath: directory)
    }

    @Test(
        arguments: [
            ("{}\n[1.5,\"o\",\"a\"]\n[2.25,\"o\",\"b", "{}\n[1.5,\"o\",\"a\"]\n", 1.5),
            ("{}\n[1.5,\"o\",\"a\"]\n", "{}\n[1.5,\"o\",\"a\"]\n", 1.5), ("{}\n", "{}\n", nil), ("{\"ver", "", nil),
        ] as [(String, String, Double?)]
    )
    func `a file that a crash cut in the middle of a line ends with the line before`(
        before: String,
        after: String,
        time: Double?
    ) throws {
        let path = "\(directory)/cut.cast"
        try before.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(RecordedFile.repair(path) == time)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == after)
        try FileManager.default.removeItem(atPath: directory)
    }
}
