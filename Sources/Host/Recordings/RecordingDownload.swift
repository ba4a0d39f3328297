import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// A recording's file on its way to somebody who may see it, piece by piece.
final class RecordingDownload: Sendable {
    private let descriptor: Int32
    let size: Int

    private static let piece = 256 << 10

    /// Nil when there is no such file. Blocks.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
        size = Int(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func response(range header: String?, name: String) -> Response {
        var headers: HTTPFields = [
            .contentType: "application/x-asciicast", .cacheControl: "no-store", .acceptRanges: "bytes",
            .contentDisposition: "attachment; filename=\"\(name)\"", .xContentTypeOptions: "nosniff",
        ]
        switch ByteRange.answer(header, size: size) {
        case .whole: return Response(status: .ok, headers: headers, body: body(from: 0, count: size))
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.first)-\(range.last)/\(size)"
            return Response(
                status: .partialContent,
                headers: headers,
                body: body(from: range.first, count: range.count)
            )
        }
    }

    private func body(from first: Int, count: Int) -> ResponseBody {
        ResponseBody(contentLength: count) { [self] writer in
            var position = first
            while position < first + count {
                let wanted = min(Self.piece, first + count - position)
                let start = position
                let piece = try await NIOThreadPool.singleton.runIfActive { try self.read(at: start, upTo: wanted) }
                position += piece.readableBytes
                try await writer.write(piece)
            }
            try await writer.finish(nil)
        }
    }

    /// A file that was cut meanwhile ends the answer in the middle, which the client sees.
    private func read(at position: Int, upTo count: Int) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        let read = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            max(0, pread(descriptor, bytes.baseAddress, count, off_t(position)))
        }
        guard read > 0 else { throw IOError(errnoCode: EIO, reason: "a recording that became shorter") }
        return buffer
    }
}
