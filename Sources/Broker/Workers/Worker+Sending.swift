package import NIOCore
package import WorkerProtocol

/// To the worker. On the loop; calls from elsewhere hop.
extension Worker {
    private static let largestInput = 64 << 10

    package func begin(_ session: StartSession) { send(.start(session)) }

    package func send(_ message: BrokerMessage) {
        onLoop { [self] in
            guard let messages else { return }
            let frame = message.frame
            var buffer = messages.allocator.buffer(capacity: WorkerFrameHeader.size + frame.payload.count)
            Self.write(WorkerFrameHeader(kind: frame.kind, length: frame.payload.count), to: &buffer)
            buffer.writeBytes(frame.payload)
            messages.writeAndFlush(buffer, promise: nil)
        }
    }

    /// Typed bytes. The caller keeps to `WorkerFrame.maximumUnconsumedInput`.
    package func sendInput(_ bytes: ByteBuffer) {
        onLoop { [self] in
            guard let messages, !isClosing else { return }
            var rest = bytes
            while let part = rest.readSlice(length: min(rest.readableBytes, Self.largestInput)), part.readableBytes > 0
            {
                var header = messages.allocator.buffer(capacity: WorkerFrameHeader.size)
                let kind = BrokerMessage.Kind.input.rawValue
                Self.write(WorkerFrameHeader(kind: kind, length: part.readableBytes), to: &header)
                messages.write(header, promise: nil)
                messages.write(part, promise: nil)
            }
            messages.flush()
        }
    }

    package func resize(columns: UInt32, rows: UInt32, width: UInt32 = 0, height: UInt32 = 0) {
        send(.resize(columns: columns, rows: rows, width: width, height: height))
    }

    /// Stops reading what the worker says, so that its plugin stops writing.
    package func pauseOutput() { setReading(false) }
    package func resumeOutput() { setReading(true) }

    func resumeReading() {
        guard let messages else { return }
        isPaused = false
        try? messages.syncOptions?.setOption(.autoRead, value: true)
    }

    private func setReading(_ reads: Bool) {
        onLoop { [self] in
            guard let messages, !isClosing else { return }
            isPaused = !reads
            try? messages.syncOptions?.setOption(.autoRead, value: reads)
        }
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if loop.inEventLoop { body() } else { loop.execute(body) }
    }

    private static func write(_ header: WorkerFrameHeader, to buffer: inout ByteBuffer) {
        buffer.writeInteger(header.word, endianness: .little)
    }
}
