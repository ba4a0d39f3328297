import Glibc
import PluginAPI
import Testing
import WorkerProtocol

@testable import Worker

/// What a plugin gets from `next_event`, whatever the broker sends in whatever order.
@Suite struct EventQueueTests {
    private final class Ends {
        let host: Int32
        let socket: MessageSocket
        let queue: EventQueue

        init() throws {
            let (host, worker) = try WorkerProcess.pair()
            self.host = host
            socket = try #require(MessageSocket(descriptor: worker))
            queue = try #require(EventQueue(socket: socket))
        }

        deinit {
            close(host)
            close(socket.descriptor)
        }

        func send(_ messages: BrokerMessage...) {
            let bytes = messages.flatMap { $0.frame.encoded }
            #expect(Glibc.send(host, bytes, bytes.count, 0) == bytes.count)
        }

        /// Until there is nothing, polling as a plugin does.
        func events() -> [scrier_event] {
            var result: [scrier_event] = []
            while isReadable {
                while let event = queue.next() { result.append(event) }
            }
            return result
        }

        var isReadable: Bool {
            var entry = pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, 0) == 1
        }
    }

    @Test func `only the latest size counts`() throws {
        let ends = try Ends()
        ends.send(
            .resize(columns: 80, rows: 24, width: 0, height: 0),
            .resize(columns: 100, rows: 30, width: 0, height: 0)
        )
        let events = ends.events()
        #expect(events.map(\.type) == [UInt32(SCRIER_EVENT_RESIZE)])
        #expect(events[0].columns == 100 && events[0].rows == 30)
    }

    @Test func `moves are merged, presses and releases stay where they happened`() throws {
        let ends = try Ends()
        ends.send(
            .pointer(x: 1, y: 1, buttons: 0),
            .pointer(x: 2, y: 2, buttons: 0),
            .pointer(x: 3, y: 3, buttons: 1),
            .pointer(x: 4, y: 4, buttons: 1),
            .pointer(x: 5, y: 5, buttons: 1),
            .pointer(x: 6, y: 6, buttons: 0)
        )
        #expect(ends.events().map(\.x) == [2, 3, 5, 6])
    }

    @Test func `CLOSE overtakes everything and comes once`() throws {
        let ends = try Ends()
        ends.send(.key(keysym: 65, code: 0, pressed: true), .input([1]), .close, .close)
        let events = ends.events()
        #expect(events.first?.type == UInt32(SCRIER_EVENT_CLOSE))
        #expect(events.filter { $0.type == UInt32(SCRIER_EVENT_CLOSE) }.count == 1)
    }

    @Test func `held input waits, other events do not, and nothing wakes for it`() throws {
        let ends = try Ends()
        ends.queue.holdInput(true)
        ends.send(.input([1, 2]), .key(keysym: 65, code: 0, pressed: true))
        #expect(ends.events().map(\.type) == [UInt32(SCRIER_EVENT_KEY)])
        #expect(!ends.isReadable)
        ends.queue.holdInput(false)
        #expect(ends.isReadable)
        #expect(ends.events().map(\.bytes.size) == [2])
    }

    @Test func `a plugin that pulls one event at a time is woken until all are pulled`() throws {
        let ends = try Ends()
        for key in 1...3 { ends.send(.key(keysym: UInt32(key), code: 0, pressed: true)) }
        var keys: [UInt32] = []
        while ends.isReadable {
            if let event = ends.queue.next() { keys.append(event.keysym) }
        }
        #expect(keys == [1, 2, 3])
    }

    @Test func `large input comes in parts and is accounted for`() throws {
        let ends = try Ends()
        let bytes = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        ends.send(.input(bytes))
        var received: [UInt8] = []
        while ends.isReadable {
            while let event = ends.queue.next() {
                #expect(event.bytes.size <= Int(SCRIER_INPUT_MAX))
                received += UnsafeBufferPointer(start: event.bytes.data, count: event.bytes.size)
            }
        }
        #expect(received == bytes)
        var decoder = WorkerFrameDecoder()
        ends.socket.send(.ready)
        decoder.append(try #require(WorkerProcess.read(ends.host)))
        var consumed: UInt32 = 0
        while let frame = try decoder.next() {
            if case .consumed(let count) = try WorkerMessage(frame) { consumed += count }
        }
        #expect(consumed == UInt32(bytes.count))
    }

    @Test func `what was kept leaves as soon as there is room, though the plugin says nothing more`() throws {
        let ends = try Ends()
        let body = [UInt8](repeating: 1, count: 1 << 20)
        let isTaken = body.withUnsafeBytes { ends.socket.exchange(.reply, prefix: [0, 0, 0, 0, 0, 0, 0, 0], body: $0) }
        #expect(isTaken && ends.socket.hasPending)
        var received = 0
        while received < body.count + 16 {
            guard let bytes = WorkerProcess.read(ends.host, milliseconds: 1000) else { break }
            received += bytes.count
            // As a plugin does that waits: it polls, and pulls when it is woken.
            if ends.isReadable { _ = ends.queue.next() }
        }
        #expect(received == body.count + 16)
        #expect(!ends.isReadable)
    }

    @Test func `no request comes while a reply waits for room`() throws {
        let ends = try Ends()
        let body = [UInt8](repeating: 1, count: 1 << 20)
        _ = body.withUnsafeBytes { ends.socket.exchange(.reply, prefix: [], body: $0) }
        ends.queue.wantRoom()
        ends.send(.request(1, method: "get", body: []), .key(keysym: 65, code: 0, pressed: true))
        #expect(ends.queue.next()?.type == UInt32(SCRIER_EVENT_KEY))
        #expect(ends.queue.next() == nil)
        var types: [UInt32] = []
        for _ in 0..<1000 where types.count < 2 {
            _ = WorkerProcess.read(ends.host, milliseconds: 10)
            if ends.isReadable, let event = ends.queue.next() { types.append(event.type) }
        }
        #expect(types == [UInt32(SCRIER_EVENT_WRITABLE), UInt32(SCRIER_EVENT_REQUEST)])
    }

    @Test func `room comes back when the broker reads`() throws {
        let ends = try Ends()
        let part = [UInt8](repeating: 1, count: 65536)
        var taken = 0
        while true {
            let count = part.withUnsafeBytes { ends.socket.output($0) }
            if count == 0 { break }
            taken += count
        }
        ends.queue.wantRoom()
        #expect(!ends.isReadable)
        var decoder = WorkerFrameDecoder()
        var output = 0
        var isTold = false
        while output < taken {
            decoder.append(try #require(WorkerProcess.read(ends.host)))
            while let frame = try decoder.next() { output += frame.payload.count }
            if ends.isReadable, let event = ends.queue.next() { isTold = event.type == UInt32(SCRIER_EVENT_WRITABLE) }
        }
        #expect(output == taken && isTold)
    }
}
