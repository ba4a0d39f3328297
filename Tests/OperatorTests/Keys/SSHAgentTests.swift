import Foundation
import Glibc
import Lab
import Testing
import Trust

@testable import Operator

/// With OpenSSH's ssh-agent, and with sockets that are none.
@Suite(.timeLimit(.minutes(1)), .serialized) struct SSHAgentTests {
    private let message = ConnectProof.message(challenge: "c", credential: "t")

    private func key(_ file: URL) throws -> SSHPublicKey {
        try SSHPublicKey(parsing: String(contentsOf: file, encoding: .utf8))
    }

    @Test(arguments: ["ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "rsa -b 2048"])
    func `an agent signs with the keys that it holds`(kind: String) async throws {
        let running = try await SSHAgentProgram()
        let key = try key(running.makeKey("key", kind))
        let agent = SSHAgent(path: running.socket)
        #expect(try agent.holds(key))
        let data = SSHSignature.signedData(message, namespace: ConnectProof.namespace)
        let signature = SSHSignature(
            key: key,
            namespace: ConnectProof.namespace,
            signature: try agent.sign(data, with: key)
        )
        #expect(signature.isValid(for: message, namespace: ConnectProof.namespace))
    }

    @Test func `a key that it does not hold, or that is locked away, it does not sign with`() async throws {
        let running = try await SSHAgentProgram()
        let key = try key(running.makeKey("key"))
        let agent = SSHAgent(path: running.socket)
        let stranger = EphemeralKey.generate().publicKey
        #expect(try !agent.holds(stranger))
        #expect(throws: SSHAgentError.refused) { try agent.sign([1], with: stranger) }
        #expect(try running.shell("ssh-add -q -d '\(running.directory.path)/key.pub'").status == 0)
        #expect(try !agent.holds(key))
        #expect(throws: SSHAgentError.refused) { try agent.sign([1], with: key) }
    }

    @Test func `where there is no agent, that is said`() {
        #expect(SSHAgent(environment: [:]) == nil)
        #expect(SSHAgent(environment: ["SSH_AUTH_SOCK": ""]) == nil)
        let key = EphemeralKey.generate().publicKey
        for path in ["/nonexistent/agent", "/etc/passwd", String(repeating: "a", count: 200)] {
            #expect { try SSHAgent(path: path).holds(key) } throws: { error in
                if case .unreachable? = error as? SSHAgentError { true } else { false }
            }
        }
    }

    /// Answers one connection with these bytes, whatever it says; with none it says nothing.
    private func socket(answering bytes: [UInt8], then body: (String) throws -> Void) throws {
        let path = "/tmp/vigo-false-\(UUID().uuidString.prefix(8))"
        let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(listener)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0 && listen(listener, 1) == 0)
        let thread = Thread {
            let connection = accept(listener, nil, nil)
            guard !bytes.isEmpty else { return }
            var ignored = [UInt8](repeating: 0, count: 1024)
            _ = recv(connection, &ignored, ignored.count, 0)
            _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            close(connection)
        }
        thread.start()
        try body(path)
    }

    @Test(arguments: [
        [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 12], [0, 4, 0, 1, 12], [0, 0, 0, 2, 12], [0, 0, 0, 1, 7], [1],
        Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
    ])
    func `what is no agent is an error and no hang`(bytes: [UInt8]) throws {
        try socket(answering: bytes) { path in
            #expect(throws: SSHAgentError.nonsense) {
                try SSHAgent(path: path).holds(EphemeralKey.generate().publicKey)
            }
        }
    }

    @Test func `an agent that never answers is given up`() throws {
        try socket(answering: []) { path in
            #expect(throws: SSHAgentError.silent) {
                try SSHAgent(path: path, patience: .milliseconds(50)).holds(EphemeralKey.generate().publicKey)
            }
        }
    }
}
