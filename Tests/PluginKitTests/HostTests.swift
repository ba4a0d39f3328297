import Glibc
import PluginAPI
import Testing

@testable import PluginKit

@Suite struct `A host, seen by a plugin` {
    let fake = TableHost()
    var host: Host { Host(UnsafePointer(fake.table)) }

    @Test func `tells a parameter that is empty from one that is missing`() {
        #expect(host.parameter("term") == nil)
        let xterm = StaticString("xterm")
        fake.parameters["term"] = UnsafeRawBufferPointer(start: xterm.utf8Start, count: 5)
        #expect(host.parameter("term") == "xterm")
        fake.parameters["term"] = UnsafeRawBufferPointer(start: xterm.utf8Start, count: 0)
        #expect(host.parameter("term") == "")
    }

    @Test func `lends a secret for as long as a closure runs`() {
        let key = StaticString("key")
        fake.parameters["private-key"] = UnsafeRawBufferPointer(start: key.utf8Start, count: 3)
        #expect(host.withSecret("private-key") { $0?.elementsEqual("key".utf8) } == true)
        #expect(host.withSecret("password") { $0 == nil })
    }

    @Test func `skips events of a later version`() {
        var unknown = scrier_event()
        unknown.type = 99
        var resize = scrier_event()
        resize.type = UInt32(SCRIER_EVENT_RESIZE)
        resize.columns = 132
        resize.rows = 43
        fake.events = [unknown, resize]
        guard case .resize(let size) = host.nextEvent() else {
            Issue.record("the resize was lost")
            return
        }
        #expect(size == WindowSize(columns: 132, rows: 43))
        #expect(host.nextEvent() == nil)
    }

    @Test func `tells a file of unknown length from an empty one`() {
        var file = scrier_event()
        file.type = UInt32(SCRIER_EVENT_FILE)
        file.request = 7
        fake.events = [file]
        guard case .file(7, "", length: 0) = host.nextEvent() else {
            Issue.record("an empty file was announced")
            return
        }
        file.length = .max
        fake.events = [file]
        guard case .file(7, "", length: nil) = host.nextEvent() else {
            Issue.record("nobody knew the length")
            return
        }
    }

    @Test func `takes as much output as there is room for`() throws {
        let terminal = try #require(host.terminal)
        fake.room = 3
        #expect(
            try "hello".utf8.withContiguousStorageIfAvailable { try terminal.write(UnsafeRawBufferPointer($0)) } == 3
        )
        #expect(try "lo".utf8.withContiguousStorageIfAvailable { try terminal.write(UnsafeRawBufferPointer($0)) } == 0)
        #expect(fake.written == Array("hel".utf8))
    }

    @Test func `hears how the remote program ended`() throws {
        let terminal = try #require(host.terminal)
        terminal.exited(status: 7)
        #expect(fake.exit?.status == 7)
        #expect(fake.exit?.signal == nil)
        terminal.killed(signal: "TERM")
        #expect(fake.exit?.status == -1)
        #expect(fake.exit?.signal == "TERM")
    }

    @Test func `has no interface that it does not name`() {
        #expect(host.display == nil)
        #expect(host.exchange == nil)
    }
}

@Suite struct `Waiting for transport and events` {
    let fake = TableHost()
    var host: Host { Host(UnsafePointer(fake.table)) }

    @Test func `ends at the time-out`() {
        #expect(host.wait(transport: nil, reading: true, timeout: .milliseconds(1)) == .timedOut)
    }

    @Test func `tells which of the two is ready`() throws {
        var ends: [CInt] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[0]) }
        fake.wake()
        #expect(host.wait(transport: ends[0], reading: true) == Readiness(hasEvents: true))
        #expect(
            host.wait(transport: ends[0], reading: true, writing: true, events: false) == Readiness(isWritable: true)
        )
        close(ends[1])
        #expect(host.wait(transport: ends[0], reading: true, events: false).isReadable)
    }

    @Test func `is not woken by a closed transport that nobody wants to read`() {
        var ends: [CInt] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        close(ends[1])
        defer { close(ends[0]) }
        #expect(host.wait(transport: ends[0], reading: false, timeout: .milliseconds(1)) == .timedOut)
    }
}
