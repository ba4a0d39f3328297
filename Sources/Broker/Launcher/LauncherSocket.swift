import CLinux
import Glibc

/// Requests and reports of fixed size on a SOCK_SEQPACKET socket.
struct LauncherSocket: Sendable {
    let descriptor: Int32

    enum Received {
        case report(scrier_launcher_report)
        case nothing
        case closed
    }

    static func spawn(
        _ path: String,
        workerPath: String,
        pool: ClosedRange<UInt32>?,
        secrets: SecretsPlaces?
    ) throws(LauncherError) -> (LauncherSocket, pid_t) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .cannotSpawn(path, error: errno) }
        defer { Glibc.close(ends[1]) }
        var arguments = [path, workerPath]
        if let pool { arguments.append("\(pool.lowerBound)-\(pool.upperBound)") }
        if let secrets {
            arguments += ["--secrets", "\(secrets.workerUID)", secrets.directory, secrets.keyFile]
        }
        do {
            let process = try ChildProcess.spawn(path, arguments, input: ends[1])
            return (LauncherSocket(descriptor: ends[0]), process)
        } catch {
            Glibc.close(ends[0])
            throw .cannotSpawn(path, error: error.number)
        }
    }

    static func start(
        id: UInt64,
        uid: UInt32,
        plugin: String,
        isStrict: Bool,
        grants: WorkerGrants
    ) -> scrier_launcher_request? {
        var request = scrier_launcher_request()
        request.version = SCRIER_LAUNCHER_VERSION
        request.kind = SCRIER_LAUNCHER_START
        request.id = id
        request.uid = uid
        request.flags = (isStrict ? SCRIER_LAUNCHER_STRICT : 0) | grants.rawValue
        return scrier_launcher_set_plugin(&request, plugin) == 0 ? request : nil
    }

    static func signal(id: UInt64, number: Int32) -> scrier_launcher_request {
        var request = scrier_launcher_request()
        request.version = SCRIER_LAUNCHER_VERSION
        request.kind = SCRIER_LAUNCHER_SIGNAL
        request.id = id
        request.signal = number
        return request
    }

    func send(_ request: scrier_launcher_request, descriptors: [Int32]) -> Bool {
        var request = request
        let size = MemoryLayout<scrier_launcher_request>.size
        return withUnsafeMutableBytes(of: &request) { bytes in
            clinux_send_with_descriptors(descriptor, bytes.baseAddress, size, descriptors, UInt32(descriptors.count))
                >= 0
        }
    }

    func receive() -> Received {
        var report = scrier_launcher_report()
        let size = MemoryLayout<scrier_launcher_report>.size
        while true {
            let count = recv(descriptor, &report, size, Int32(MSG_DONTWAIT))
            if count == size && report.version == SCRIER_LAUNCHER_VERSION { return .report(report) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 && errno == EAGAIN { return .nothing }
            return .closed
        }
    }

    func shutdown() { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
    func close() { Glibc.close(descriptor) }
}
