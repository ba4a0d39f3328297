import Foundation

/// A CA and a certificate for 127.0.0.1, by openssl.
enum TestCertificates {
    /// Writes `server.pem` and `server.key`, returns the CA's certificate.
    static func make(in directory: URL, names: String = "IP:127.0.0.1,DNS:bao.example.com") throws -> String {
        func file(_ name: String) -> String { directory.appending(path: name).path }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        try run(["req", "-x509"] + key + ["-subj", "/CN=Test CA", "-keyout", file("ca.key"), "-out", file("ca.pem")])
        try run(
            ["req", "-x509"] + key + [
                "-subj", "/CN=bao", "-addext", "subjectAltName=\(names)", "-addext", "basicConstraints=CA:FALSE",
                "-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-keyout", file("server.key"),
                "-out", file("server.pem"),
            ]
        )
        return try String(contentsOf: directory.appending(path: "ca.pem"), encoding: .utf8)
    }

    /// Another CA, which signed nothing.
    static func stranger() throws -> String {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "ca-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        return try make(in: scratch)
    }

    private static func run(_ arguments: [String]) throws {
        guard try ChildProcess("/usr/bin/openssl", arguments).wait() == 0 else { throw POSIXError(.ENOEXEC) }
    }
}
