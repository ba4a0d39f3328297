import Crypto
import Glibc
import NIOCore
import Synchronization
package import Wire

/// A recording's file, fetched from the server and held against the digest that the server's records have of it.
package struct FetchedRecording {
    package let summary: RecordingSummary
    /// Of a file without a name, at its beginning.
    package let descriptor: CInt
    /// What the server says of its file, and whether these are the bytes that it means.
    package let verdict: RecordingVerdict

    package static func fetch(_ session: String, from api: APIClient) async throws -> FetchedRecording {
        let path = "/api/v1/scrier/recordings/\(URLPath.segment(session))"
        let summary: RecordingSummary = try await api.request(.GET, path)
        let descriptor = try temporaryFile()
        let state = Mutex((hash: SHA256(), failed: false))
        do {
            try await api.stream("\(path)/cast") { part in
                state.withLock { state in
                    part.withUnsafeReadableBytes { bytes in
                        state.hash.update(bufferPointer: bytes)
                        state.failed = state.failed || !write(bytes, to: descriptor)
                    }
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        let (digest, failed) = state.withLock { ($0.hash.finalize(), $0.failed) }
        guard !failed else {
            close(descriptor)
            throw OperatorError("the recording cannot be kept while it plays: \(String(cString: strerror(errno)))")
        }
        lseek(descriptor, 0, SEEK_SET)
        var verdict = summary.verdict ?? .missing
        if verdict == .verified, digest.hexadecimal != summary.sha256 { verdict = .altered }
        return FetchedRecording(summary: summary, descriptor: descriptor, verdict: verdict)
    }

    private static func temporaryFile() throws(OperatorError) -> CInt {
        let directory = Environment.current["TMPDIR"] ?? "/tmp"
        var template = Array("\(directory)/vigocli-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw OperatorError("\(directory): no file can be made there: \(String(cString: strerror(errno)))")
        }
        unlink(template)
        return descriptor
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            guard count > 0 || errno == EINTR else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(count, 0)))
        }
        return true
    }
}

extension SHA256.Digest {
    var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
