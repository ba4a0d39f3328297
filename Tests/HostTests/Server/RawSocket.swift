import Foundation
import Glibc

/// A client that can say anything: bytes out, bytes in, twenty seconds of patience.
final class RawSocket {
    private let descriptor: Int32
    private var pending: [UInt8] = []

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else { throw CocoaError(.fileReadUnknown) }
    }

    deinit { Glibc.close(descriptor) }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func send(_ text: String) async { await send(Array(text.utf8)) }

    /// Never blocks a thread: tests share few.
    func send(_ bytes: [UInt8]) async {
        var rest = bytes[...]
        await patiently {
            while !rest.isEmpty {
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
                guard count > 0 else { return errno != EAGAIN }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private func patiently(_ isDone: () -> Bool) async {
        for _ in 0..<4000 {
            if isDone() { return }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// A request for a WebSocket, and the head of the answer.
    func upgrade(_ uri: String, headers: String = "") async -> String {
        await send(
            "GET \(uri) HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n"
        )
        return await readHead()
    }

    func readHead() async -> String {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let byte = await read(1)?.first else { break }
            head.append(byte)
        }
        return String(decoding: head, as: UTF8.self)
    }

    /// Exactly so many bytes, or nil at the end of the stream.
    func read(_ count: Int) async -> [UInt8]? {
        var isOver = false
        await patiently {
            while pending.count < count, !isOver {
                var buffer = [UInt8](repeating: 0, count: 1 << 16)
                let got = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if got < 0, errno == EAGAIN { return false }
                if got > 0 { pending += buffer[..<got] } else { isOver = true }
            }
            return true
        }
        guard pending.count >= count else { return nil }
        defer { pending.removeFirst(count) }
        return Array(pending.prefix(count))
    }

    /// Whether the other side has closed; what it said before is thrown away.
    var hasEnded: Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if got <= 0 { return got == 0 || errno != EAGAIN }
        }
    }

    struct Frame: Equatable {
        let opcode: UInt8
        let payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    func sendFrame(_ opcode: UInt8, _ payload: [UInt8], final: Bool = true) async {
        let mask: [UInt8] = [1, 2, 3, 4]
        var frame: [UInt8] = [(final ? 0x80 : 0) | opcode]
        if payload.count < 126 {
            frame.append(0x80 | UInt8(payload.count))
        } else {
            frame.append(0x80 | 127)
            frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> ((7 - $0) * 8)) }
        }
        frame += mask
        frame += payload.enumerated().map { $1 ^ mask[$0 % 4] }
        await send(frame)
    }

    /// A frame as given, bit by bit: what no client's library would send.
    func sendRawFrame(first: UInt8, isMasked: Bool = true, length: [UInt8], payload: [UInt8]) async {
        let mask: [UInt8] = [9, 8, 7, 6]
        let second = [length[0] | (isMasked ? 0x80 : 0)] + length.dropFirst()
        let body = isMasked ? mask + payload.enumerated().map { $1 ^ mask[$0 % 4] } : payload
        await send([first] + second + body)
    }

    func readFrame() async -> Frame? {
        guard let head = await read(2) else { return nil }
        var length = Int(head[1] & 0x7f)
        if length == 126 { length = (await read(2) ?? []).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = (await read(8) ?? []).reduce(0) { $0 << 8 | Int($1) } }
        guard let payload = await read(length) else { return nil }
        return Frame(opcode: head[0] & 0xf, payload: payload)
    }

    /// The next frame that `wanted` says yes to; others are passed over.
    func readFrame(where wanted: (Frame) -> Bool) async -> Frame? {
        while let frame = await readFrame() { if wanted(frame) { return frame } }
        return nil
    }
}
