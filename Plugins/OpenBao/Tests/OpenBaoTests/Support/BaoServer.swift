import Foundation
import PluginKit

@testable import OpenBao

/// An OpenBao of the test's own on loopback: storage, keys and log in a scratch directory, initialized and unsealed, with
/// a KV store of version 2 at `secret/`, AppRole and userpass.
final class BaoServer {
    let port: UInt16
    private(set) var administrator: Administrator
    /// The CA that signed its certificate, where it has one.
    let authority: String?
    private let scratch: URL
    private let clusterPort: UInt16
    private var process: ChildProcess?
    private var unsealKey = ""

    init(tls: Bool = false) throws {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "bao-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch.appending(path: "data"), withIntermediateDirectories: true)
        self.scratch = scratch
        port = try Loopback.freePort()
        clusterPort = try Loopback.freePort()
        authority = tls ? try TestCertificates.make(in: scratch) : nil
        administrator = try Administrator(port: port, authority: authority)
        try configuration(tls).write(to: scratch.appending(path: "bao.hcl"), atomically: true, encoding: .utf8)
        do {
            try start()
            try initialize()
            try unseal()
            try setUp()
        } catch {
            process?.end(SIGKILL)
            throw error
        }
    }

    deinit {
        process?.end(SIGKILL)
        try? FileManager.default.removeItem(at: scratch)
    }

    var address: String { "\(authority == nil ? "http" : "https")://127.0.0.1:\(port)" }
    var log: String { (try? String(contentsOf: scratch.appending(path: "log"), encoding: .utf8)) ?? "" }

    // MARK: Its life

    func start() throws {
        process = try ChildProcess(
            BaoProgram.path ?? "bao",
            ["server", "-config=\(scratch.appending(path: "bao.hcl").path)"],
            log: scratch.appending(path: "log").path
        )
        try wait { try $0.answer(.get, "sys/seal-status").0 == 200 }
    }

    func end() {
        process?.end(SIGKILL)
        process = nil
    }

    func seal() throws { try administrator.send(.post, "sys/seal", "{}") }

    func unseal() throws {
        try administrator.send(.post, "sys/unseal", "{\"key\":\"\(unsealKey)\"}")
        try wait { try $0.answer(.get, "sys/health").0 == 200 }
    }

    private func initialize() throws {
        let made = try administrator.send(.post, "sys/init", "{\"secret_shares\":1,\"secret_threshold\":1}")
        administrator.token = made["root_token"] as? String ?? ""
        unsealKey = (made["keys_base64"] as? [String])?.first ?? ""
    }

    private func setUp() throws {
        try administrator.send(.post, "sys/mounts/secret", "{\"type\":\"kv\",\"options\":{\"version\":\"2\"}}")
        try administrator.send(.post, "sys/auth/approle", "{\"type\":\"approle\"}")
        try administrator.send(.post, "sys/auth/userpass", "{\"type\":\"userpass\"}")
        try administrator.allow("vigo", Self.policy)
        // The store answers 400 until its upgrade to version 2 is done.
        try wait { try $0.answer(.post, "secret/data/first", "{\"data\":{}}").0 == 200 }
        try administrator.send(.delete, "secret/metadata/first")
    }

    /// What README.md tells an administrator to write.
    static let policy = """
        path "secret/data/vigo/*"              { capabilities = ["create", "read", "update"] }
        path "secret/metadata/vigo/*"          { capabilities = ["read", "list", "delete"] }
        path "secret/detailed-metadata/vigo/*" { capabilities = ["list", "scan"] }
        """

    private func configuration(_ tls: Bool) -> String {
        let certificate = """
            tls_cert_file = "\(scratch.path)/server.pem"
              tls_key_file = "\(scratch.path)/server.key"
            """
        return """
            listener "tcp" {
              address = "127.0.0.1:\(port)"
              \(tls ? certificate : "tls_disable = true")
            }
            storage "raft" {
              path = "\(scratch.path)/data"
              node_id = "test"
              performance_multiplier = 1
              max_entry_size = 2097152
            }
            api_addr = "\(tls ? "https" : "http")://127.0.0.1:\(port)"
            cluster_addr = "http://127.0.0.1:\(clusterPort)"
            log_level = "warn"
            """
    }

    private func wait(_ condition: (Administrator) throws -> Bool) throws {
        for _ in 0..<400 {
            if (try? condition(administrator)) == true { return }
            usleep(25_000)
        }
        throw POSIXError(.ETIMEDOUT, userInfo: [NSLocalizedDescriptionKey: log])
    }

    // MARK: The plugin on it

    /// With the root token unless others are given.
    func backend(
        _ parameters: [String: String] = [:],
        credentials: String? = nil,
        limits: Session.Limits = RunningBackend.impatient
    ) throws -> RunningBackend {
        var all = ["address": address]
        all["ca"] = authority
        all.merge(parameters) { $1 }
        return try RunningBackend(
            parameters: all,
            credentials: credentials ?? administrator.token,
            port: port,
            limits: limits
        )
    }
}
