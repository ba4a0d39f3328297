import Glibc
import PluginAPI

/// A host made of nothing but its C table, with one event, one parameter and one secret to hand out.
final class TableHost {
    var events: [scrier_event] = []
    var parameters: [String: UnsafeRawBufferPointer] = [:]
    var room = 0
    var written: [UInt8] = []
    var explained: [String] = []
    var exit: (status: Int32, signal: String?)?
    /// Both ends of a pipe: what is written to the second makes `events` readable.
    private(set) var pipe: [CInt] = [-1, -1]
    var isInputHeld = false
    let table = UnsafeMutablePointer<scrier_host>.allocate(capacity: 1)
    private let terminal = UnsafeMutablePointer<scrier_terminal>.allocate(capacity: 1)

    init() {
        Glibc.pipe(&pipe)
        terminal.initialize(
            to: scrier_terminal(
                size: UInt32(MemoryLayout<scrier_terminal>.size),
                reserved: 0,
                write: { host, output, taken in TableHost.of(host).write(output, taken) },
                exited: { host, status, signal in
                    TableHost.of(host).exit = (status, signal.map { String(cString: $0) })
                },
                hold_input: { host, held in TableHost.of(host).isInputHeld = held != 0 }
            )
        )
        table.initialize(to: scrier_host())
        table.pointee.size = UInt32(MemoryLayout<scrier_host>.size)
        table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        table.pointee.events = pipe[0]
        table.pointee.next_event = { host, event in
            let host = TableHost.of(host)
            guard !host.events.isEmpty else { return Int32(SCRIER_EMPTY) }
            event?.pointee = host.events.removeFirst()
            return Int32(SCRIER_OK)
        }
        table.pointee.parameter = { host, name in
            guard let name, let value = TableHost.of(host).parameters[String(cString: name)] else {
                return scrier_bytes()
            }
            return scrier_bytes(
                data: value.baseAddress?.assumingMemoryBound(to: UInt8.self),
                size: value.count
            )
        }
        table.pointee.secret = table.pointee.parameter
        table.pointee.ready = { _ in }
        table.pointee.explain = { host, sentence in
            TableHost.of(host).explained.append(
                String(decoding: UnsafeRawBufferPointer(start: sentence.data, count: sentence.size), as: UTF8.self)
            )
        }
        table.pointee.log = { _, _, _ in }
        table.pointee.extension = { host, name in
            guard let name, String(cString: name) == SCRIER_TERMINAL else { return nil }
            return UnsafeRawPointer(TableHost.of(host).terminal)
        }
    }

    deinit {
        close(pipe[0])
        close(pipe[1])
        terminal.deallocate()
        table.deallocate()
    }

    func wake() { _ = Glibc.write(pipe[1], "!", 1) }

    private func write(_ output: scrier_bytes, _ taken: UnsafeMutablePointer<Int>?) -> scrier_status {
        let count = min(room, output.size)
        guard count > 0 else { return Int32(SCRIER_EMPTY) }
        room -= count
        written += UnsafeRawBufferPointer(start: output.data, count: count)
        taken?.pointee = count
        return Int32(SCRIER_OK)
    }

    private static func of(_ host: UnsafePointer<scrier_host>?) -> TableHost {
        Unmanaged.fromOpaque(host!.pointee.context).takeUnretainedValue()
    }
}
