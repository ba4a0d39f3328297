import Foundation
import PluginKit
import Testing

@testable import SSH

extension WithSSHD {
    /// Each refusal has one sentence, and it names what helps.
    @Suite struct `A session that sshd does not allow` {
        @Test func `is not begun with a host key that the agent did not report`() throws {
            let server = try TestServer()
            let session = try RunningSession(server, hostKeys: server.otherHostKey)
            #expect(session.end() == .untrusted)
            #expect(session.explanation.contains("a host key that is not among those its agent reported"))
            #expect(!server.log.contains("Accepted publickey"))
        }

        @Test func `is not begun with a key that nobody installed`() throws {
            let session = try RunningSession(TestServer(), key: "other-user")
            #expect(session.end() == .unauthorized)
            #expect(session.explanation.contains("refused the session's key for \(NSUserName())"))
        }

        @Test(arguments: [
            (
                "MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com",
                "put “MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256” into its sshd_config"
            ),
            (
                "Ciphers chacha20-poly1305@openssh.com",
                "put “Ciphers chacha20-poly1305@openssh.com,aes128-ctr” into its sshd_config"
            ),
        ])
        func `names the line for sshd_config where the two know no common algorithm`(line: String, advice: String)
            throws
        {
            let session = try RunningSession(TestServer(line))
            let status = session.end()
            // A newer libssh2 knows these.
            if SSHLibrary.version.hasPrefix("1.10.") {
                #expect(status == .unsupported)
                #expect(session.explanation.contains(advice), "\(session.explanation)")
            }
            session.host.sendClose()
        }

        @Test(arguments: [
            ("PubkeyAuthentication no\nPasswordAuthentication yes", "it asks for password", Status.unauthorized),
            (
                "AuthenticationMethods publickey,password\nPasswordAuthentication yes", "it asks for password",
                .unauthorized
            ),
            ("PermitTTY no", "see PermitTTY in its sshd_config", .unauthorized),
            ("MaxSessions 0", "see MaxSessions in its sshd_config", .unauthorized),
            ("DenyUsers \(NSUserName())", "see AllowUsers", .unauthorized),
            ("ForceCommand exit 9", "ended at once with status 9", .closed),
        ])
        func `names the setting that refused it`(configuration: String, words: String, status: Status) throws {
            let session = try RunningSession(TestServer(configuration))
            #expect(session.end() == status)
            #expect(session.explanation.contains(words), "\(session.explanation)")
        }

        @Test func `learns that too many logins are in progress`() throws {
            let server = try TestServer("MaxStartups 1:100:1")
            let first = try Self.admittedConnection(server)
            defer { close(first) }
            let session = try RunningSession(server)
            #expect(session.end() == .unreachable)
            #expect(session.explanation.contains("MaxStartups"), "\(session.explanation)")
        }

        /// A login in progress: sshd has greeted it.
        private static func admittedConnection(_ server: TestServer) throws -> CInt {
            for _ in 0..<50 {
                let connection = try server.connect()
                var greeting = [UInt8](repeating: 0, count: 4)
                if recv(connection, &greeting, 4, 0) == 4, greeting.elementsEqual("SSH-".utf8) { return connection }
                close(connection)
                usleep(50_000)
            }
            throw POSIXError(.EBUSY)
        }
    }
}
