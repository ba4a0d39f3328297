import Foundation
import Lab
import Testing
import Trust

/// Who shows which certificate on the running server's port 1530, by OpenSSL's own client and by the real agent.
extension IntegrationTests {
    @Suite(.serialized, .sharedLab) struct CertificateTests {
        /// Files for one client.
        private struct Credentials {
            let certificate: URL
            let key: URL
        }

        private func serversAuthority() throws -> CertificateAuthority {
            let tls = try Lab.shared.scratch.appending(path: "server/tls")
            return try CertificateAuthority(
                certificatePEM: String(contentsOf: tls.appending(path: "ca_cert"), encoding: .utf8),
                keyPEM: String(contentsOf: tls.appending(path: "ca_key"), encoding: .utf8)
            )
        }

        private func credentials(by authority: CertificateAuthority, for envoy: UUID, at now: Date = Date()) throws
            -> Credentials
        {
            let (identity, request) = (EnvoyIdentity(), try CertificateRequest())
            let verified = try CertificateRequest.Verified(
                der: request.der,
                proof: request.proof(by: identity),
                identityKey: identity.publicKey
            )
            let issued = try authority.issueEnvoyCertificate(
                for: verified,
                envoyID: envoy,
                validity: .seconds(600),
                now: now
            )
            return try write(issued.pem, request.keyPEM.withBytes { String(decoding: $0, as: UTF8.self) })
        }

        private func write(_ certificate: String, _ key: String) throws -> Credentials {
            let file = try Lab.shared.scratch.appending(path: "client-\(UUID().uuidString.prefix(8))")
            let made = Credentials(
                certificate: file.appendingPathExtension("pem"),
                key: file.appendingPathExtension("key")
            )
            try certificate.write(to: made.certificate, atomically: true, encoding: .utf8)
            try key.write(to: made.key, atomically: true, encoding: .utf8)
            return made
        }

        /// What OpenSSL's client saw: the server's certificate is checked; nothing is sent, and after two seconds the
        /// client goes away by itself.
        private func dial(_ credentials: Credentials?, alpn: String, _ options: String = "") throws -> String {
            let lab = try Lab.shared
            let own = credentials.map { "-cert '\($0.certificate.path)' -key '\($0.key.path)'" } ?? ""
            // bash's own way to give it a standard input that stays open, and to be done as soon as the client is.
            let line = """
                openssl s_client -connect 127.0.0.1:\(lab.controlPort) -alpn \(alpn) \(own) \(options) \
                -CAfile '\(lab.scratch.path)/server/tls/ca_cert' -verify_return_error < <(sleep 2) 2>&1
                """
            return try Command.run(URL(filePath: "/bin/bash"), ["-c", line]).output
        }

        private func envoyID() throws -> UUID {
            try #require(UUID(uuidString: try Lab.shared.envoy()["id"] as? String ?? ""))
        }

        @Test(arguments: ["h2", "vigo-tunnel/1"])
        func `only a certificate of an active envoy of this server gets in`(alpn: String) throws {
            let lab = try Lab.shared
            let (ours, envoy) = (try serversAuthority(), try envoyID())
            // The agent's own: of those that the authority signed for an envoy, the newest that the server knows of counts.
            let good = Credentials(
                certificate: lab.scratch.appending(path: "envoy/certificate.pem"),
                key: lab.scratch.appending(path: "envoy/tls.key")
            )
            let welcome = try dial(good, alpn: alpn)
            #expect(welcome.contains("Verification: OK") && welcome.contains("ALPN protocol: \(alpn)"), "\(welcome)")
            #expect(!welcome.contains("alert"), "\(welcome)")

            let namesake = try CertificateAuthority.create(
                name: "\(ours.certificate.subject)",
                validity: .seconds(3600),
                now: Date()
            )
            let (caCert, caKey) = ("\(lab.scratch.path)/server/tls/ca_cert", "\(lab.scratch.path)/server/tls/ca_key")
            let (serverCert, serverKey) = (
                "\(lab.scratch.path)/server/tls/server_cert", "\(lab.scratch.path)/server/tls/server_key"
            )
            let refused: [(String, Credentials?)] = [
                ("none", nil), ("one of a CA of the same name", try credentials(by: namesake, for: envoy)),
                ("an expired one", try credentials(by: ours, for: envoy, at: Date().addingTimeInterval(-7200))),
                (
                    "one that is not valid yet",
                    try credentials(by: ours, for: envoy, at: Date().addingTimeInterval(7200))
                ),
                ("one for an envoy that never enrolled", try credentials(by: ours, for: UUID())),
                ("one that the server never gave out", try credentials(by: ours, for: envoy)),
                ("the CA's own", Credentials(certificate: URL(filePath: caCert), key: URL(filePath: caKey))),
                (
                    "the server's own",
                    Credentials(certificate: URL(filePath: serverCert), key: URL(filePath: serverKey))
                ),
            ]
            for (name, credentials) in refused {
                let answer = try dial(credentials, alpn: alpn)
                #expect(answer.contains("alert"), "\(name): \(answer)")
            }
            #expect(try dial(good, alpn: alpn, "-no_tls1_3").contains("alert"), "TLS 1.2")
            #expect(try lab.envoy()["connected"] as? Bool == true)
        }

        /// Somebody else's certificate and TLS key, copied from its machine, in the hands of an envoy of its own identity.
        @Test func `an envoy that presents another's certificate is nobody`() async throws {
            let lab = try Lab.shared
            try lab.cli(["approved", "add", "thief.example.com"])
            let vigo = lab.scratch.appending(path: "bin/vigo")
            let thief = lab.scratch.appending(path: "thief")
            let directories = ["--config-dir", thief.path, "--state-dir", thief.path + "-state"]
            let registered = try Command.run(
                vigo,
                directories + [
                    "register", "--server", "https://127.0.0.1:\(lab.webPort)", "--hostname", "thief.example.com",
                    "--ca-file", lab.scratch.appending(path: "envoy/ca.pem").path,
                ]
            )
            #expect(registered.status == 0, "\(registered.errors)")
            for file in ["certificate.pem", "tls.key"] {
                try Command.shell("cp '\(lab.scratch.path)/envoy/\(file)' '\(thief.path)/\(file)'")
            }
            let victim = try envoyID()
            let log = lab.scratch.appending(path: "thief.log")
            let agent = try Program(vigo, directories + ["run"], log: log)
            defer { agent.kill() }
            try await eventually("refusal in the thief's log", else: { agent.output }) {
                agent.output.contains("not signed by this envoy's identity")
                    || agent.output.contains("the check-in is another envoy's")
            }
            let envoys = try lab.list(["envoys", "list"])
            let own = try #require(envoys.first { $0["hostname"] as? String == "thief.example.com" })
            #expect(own["connected"] as? Bool != true && own["last_seen"] == nil)
            // The victim is where it was, and sessions land on it.
            #expect(try envoyID() == victim)
            let shell = try await lab.openShell()
            shell.type("exit\r")
            #expect(try await shell.exitStatus() == 0)
        }

        @Test func `a certificate ends with its envoy's revocation, however long it would be valid`() throws {
            let lab = try Lab.shared
            try lab.cli(["approved", "add", "shortlived.example.com"])
            let directory = lab.scratch.appending(path: "shortlived")
            let registered = try Command.run(
                lab.scratch.appending(path: "bin/vigo"),
                [
                    "--config-dir", directory.path, "--state-dir", directory.path + "-state", "register", "--server",
                    "https://127.0.0.1:\(lab.webPort)", "--hostname", "shortlived.example.com", "--ca-file",
                    lab.scratch.appending(path: "envoy/ca.pem").path,
                ]
            )
            #expect(registered.status == 0, "\(registered.errors)")
            let own = Credentials(
                certificate: directory.appending(path: "certificate.pem"),
                key: directory.appending(path: "tls.key")
            )
            for alpn in ["h2", "vigo-tunnel/1"] {
                #expect(try !dial(own, alpn: alpn).contains("alert"), "\(alpn)")
            }
            #expect(try lab.cli(["envoys", "revoke", "shortlived.example.com"]).status == 0)
            for alpn in ["h2", "vigo-tunnel/1"] {
                #expect(try dial(own, alpn: alpn).contains("alert"), "\(alpn)")
            }
        }
    }
}
