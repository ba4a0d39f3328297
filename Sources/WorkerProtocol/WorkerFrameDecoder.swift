/// Cuts a byte stream into frames, however it arrives. After an error the stream has no meaning any more.
package struct WorkerFrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    package init() {}

    package mutating func append(_ bytes: some Collection<UInt8>) {
        discardWhatWasRead()
        buffer.append(contentsOf: bytes)
    }

    /// The next whole frame, or nil until more bytes arrive.
    package mutating func next() throws(WorkerProtocolError) -> WorkerFrame? {
        guard buffer.count - start >= WorkerFrameHeader.size else { return nil }
        let header = try decodeHeader()
        let first = start + WorkerFrameHeader.size
        guard buffer.count - first >= header.length else { return nil }
        start = first + header.length
        return WorkerFrame(kind: header.kind, payload: Array(buffer[first..<start]))
    }

    /// Bytes that belong to no whole frame yet.
    package var pending: Int { buffer.count - start }

    private func decodeHeader() throws(WorkerProtocolError) -> WorkerFrameHeader {
        let bytes = buffer[start..<start + WorkerFrameHeader.size]
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(WorkerProtocolError) in try WorkerFrameHeader(bytes) }
        }
        return try result.get()
    }

    private mutating func discardWhatWasRead() {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 65536 {
            buffer.removeFirst(start)
            start = 0
        }
    }
}
