import Glibc
import WorkerProtocol

/// Reads frames from fd 0 without waiting. INPUT is handed on as it arrives, in parts; everything else whole. A REQUEST
/// may hold a secret: it is lent where it lies, and wiped afterwards.
final class FrameReader {
    private let descriptor: Int32
    private let scratch: UnsafeMutableRawBufferPointer
    private var headerBytes: [UInt8] = []
    private var header: WorkerFrameHeader?
    private var payload: [UInt8] = []
    private var missing = 0
    private var isParsing = false
    private var wipesAfterwards = false
    private var readPartOfRequest = false

    enum Part {
        case input(UnsafeRawBufferPointer)
        /// The payload of a request.
        case request(UnsafeRawBufferPointer)
        case frame(WorkerFrame)
    }

    enum State {
        /// Everything that had arrived is read.
        case drained
        /// There may be more.
        case more
        /// The broker has closed its end.
        case closed
    }

    private static let scratchSize = 65536

    init(descriptor: Int32) {
        self.descriptor = descriptor
        scratch = .allocate(byteCount: Self.scratchSize, alignment: 16)
        headerBytes.reserveCapacity(WorkerFrameHeader.size)
    }

    deinit { scratch.deallocate() }

    /// One read.
    func read(_ take: (Part) throws -> Void) throws -> State {
        var count = 0
        repeat {
            count = recv(descriptor, scratch.baseAddress, scratch.count, Int32(MSG_DONTWAIT))
        } while count < 0 && errno == EINTR
        guard count >= 0 else { return errno == EAGAIN ? .drained : .closed }
        guard count > 0 else { return .closed }
        isParsing = true
        defer {
            isParsing = false
            if wipesAfterwards { wipe() }
            if readPartOfRequest { explicit_bzero(scratch.baseAddress!, count) }
            readPartOfRequest = false
        }
        try parse(UnsafeRawBufferPointer(rebasing: scratch[..<count]), take)
        return count < scratch.count ? .drained : .more
    }

    /// The socket's buffer held secrets. What arrived behind them in the same read is still to be parsed: that comes first.
    func wipe() {
        wipesAfterwards = isParsing
        guard !isParsing else { return }
        explicit_bzero(scratch.baseAddress!, scratch.count)
        wipePayload(keepingCapacity: false)
    }

    private func wipePayload(keepingCapacity keeps: Bool) {
        payload.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } }
        payload.removeAll(keepingCapacity: keeps)
    }

    private func parse(_ bytes: UnsafeRawBufferPointer, _ take: (Part) throws -> Void) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let header else {
                let part = rest.prefix(WorkerFrameHeader.size - headerBytes.count)
                headerBytes.append(contentsOf: part)
                rest = rest.dropFirst(part.count)
                if headerBytes.count == WorkerFrameHeader.size { try begin(take) }
                continue
            }
            let part = rest.prefix(missing)
            rest = rest.dropFirst(part.count)
            missing -= part.count
            if header.kind == BrokerMessage.Kind.input.rawValue {
                try take(.input(UnsafeRawBufferPointer(rebasing: part)))
            } else {
                payload.append(contentsOf: part)
                if header.kind == BrokerMessage.Kind.request.rawValue { readPartOfRequest = true }
            }
            if missing == 0 { try finish(header, take) }
        }
    }

    private func begin(_ take: (Part) throws -> Void) throws {
        let next = try headerBytes.withUnsafeBytes { try WorkerFrameHeader($0) }
        headerBytes.removeAll(keepingCapacity: true)
        guard BrokerMessage.Kind(rawValue: next.kind) != nil else { throw WorkerProtocolError.unknownKind(next.kind) }
        header = next
        missing = next.length
        // What holds a secret must not leave copies behind while it grows.
        switch BrokerMessage.Kind(rawValue: next.kind) {
        case .start, .answer, .request: payload.reserveCapacity(next.length)
        default: break
        }
        if missing == 0 { try finish(next, take) }
    }

    private func finish(_ header: WorkerFrameHeader, _ take: (Part) throws -> Void) throws {
        self.header = nil
        guard header.kind != BrokerMessage.Kind.input.rawValue else { return }
        if header.kind == BrokerMessage.Kind.request.rawValue {
            defer { wipePayload(keepingCapacity: payload.count <= Self.scratchSize) }
            return try payload.withUnsafeBytes { try take(.request($0)) }
        }
        var frame = WorkerFrame(kind: header.kind, payload: payload)
        payload = []
        defer {
            frame.payload.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } }
        }
        try take(.frame(frame))
    }
}
