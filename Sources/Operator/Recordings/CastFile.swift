import Glibc
import Wire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An asciicast on this disk, looked at where it lies: a recording may be larger than memory.
package final class CastFile {
    package struct Header: Decodable, Equatable, Sendable {
        package var version: Int
        package var width: Int
        package var height: Int
        package var title: String?
    }

    package let header: Header
    /// Of each line behind the first: its time, and where it stands.
    package private(set) var times: [Double] = []
    private var lines: [Range<Int>] = []
    private let bytes: UnsafeRawBufferPointer

    /// Takes the descriptor, and keeps nothing of it open.
    package init(descriptor: CInt) throws(OperatorError) {
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { throw Self.noRecording }
        let size = Int(status.st_size)
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw OperatorError("the recording cannot be read: \(String(cString: strerror(errno)))")
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
        guard let end = Self.lineEnd(bytes, from: 0),
            let header = try? WireJSON.decode(Header.self, from: Data(bytes[..<end])), header.version == 2
        else {
            munmap(base, size)
            throw Self.noRecording
        }
        self.header = header
        index(from: end + 1)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    package var count: Int { times.count }
    package var duration: Double { times.last ?? 0 }

    package func event(_ index: Int) -> CastEvent? {
        CastEvent(line: UnsafeRawBufferPointer(rebasing: bytes[lines[index]]))
    }

    private static let noRecording = OperatorError("this is no recording: an asciicast of version 2 was expected")

    /// A recording that goes on may end in the middle of a line: that one does not count.
    private func index(from first: Int) {
        var start = first
        var latest = 0.0
        while start < bytes.count, let end = Self.lineEnd(bytes, from: start) {
            let digits = bytes[start..<end].dropFirst().prefix(24).prefix { $0 != UInt8(ascii: ",") }
            if let time = Double(String(decoding: digits, as: UTF8.self)), time.isFinite {
                latest = max(latest, time)
                times.append(latest)
                lines.append(start..<end)
            }
            start = end + 1
        }
    }

    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, bytes.count - start) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }
}
