import Broker
import Foundation
import Testing

@testable import Host

@Suite struct ConfigurationTests {
    private func read(_ text: String) throws -> ConfigurationFile {
        try ConfigurationFile(text: text, file: "server.yaml")
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let error as ConfigurationError {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "scrier:\n", "server:\nscrier: ~\n"])
    func `a file that says nothing is the defaults`(text: String) throws {
        let configuration = try read(text).configuration
        #expect(configuration.server.listen.description == "0.0.0.0:8443")
        #expect(configuration.server.agentListen.description == "0.0.0.0:1530")
        #expect(configuration.scrier.allowedPorts == [22, 3389, 5900])
        #expect(configuration.scrier.maxSessions == 10)
        #expect(configuration.checkIn.interval == .seconds(300))
        #expect(configuration.bootstrap.certificateValidity == .seconds(8760 * 3600))
        #expect(configuration.secrets.backend == "vault" && configuration.secretsDirectory == "/srv/vigo/secrets")
        #expect(configuration.secretsKeyFile == "/srv/vigo/secrets/.master.key")
        #expect(configuration.web.sessionIdle == .seconds(1800) && configuration.policy.secrets.isEmpty)
    }

    @Test func `the example in deploy is a valid file`() throws {
        let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../deploy/server.yaml").standardized
        let file = try ConfigurationFile.read(example.path)
        #expect(file.warning == nil)
    }

    @Test func `everything can be set`() throws {
        let configuration = try read(
            """
            server:
              listen: "[::1]:9443"
              agent_listen: 127.0.0.1:0
              public_url: "https://vigo.example.com:8443/"
              agent_address: vigo.example.com:1530
              data_dir: /tmp/vigo
              admin_socket: /tmp/vigo/admin.sock
              user: nobody
              trusted_proxies: [127.0.0.1/32]
              max_connections: 100
              max_connections_per_source: 10
              tls: {cert_file: /a, key_file: /b, ca_file: /c, ca_key_file: /d}
              log: {format: json, level: debug}
            bootstrap:
              trusted_enrollment:
                - pattern: "*.example.com"
                  cidrs: [10.0.0.0/8, 192.168.0.0/16]
              cert_validity: 30d
            checkin: {interval: 1m30s}
            scrier:
              enabled: false
              allowed_ports: [2222]
              max_sessions: 3
              recording_enabled: false
              plugin_dir: /opt/plugins
              worker_uids: 70000-70009
              confinement: strict
              attach_grace: 0s
              require_key_proof: true
              plugins:
                ssh:
                  sha256: "\(String(repeating: "aB", count: 32))"
                  parameters: {term: xterm}
            secrets:
              backend: openbao
              dir: /tmp/secrets
              key_file: /tmp/credentials
              worker_uid: 60000
              endpoints: {vault: "127.0.0.1:8200"}
              parameters: {mount: kv, auth: approle}
            web: {session_idle: 10m, session_lifetime: 8h}
            policy:
              secrets:
                - {pattern: "web*.example.com", secrets: [vigo/os-users/dan, tls/key]}
            """
        ).configuration
        #expect(configuration.server.listen == ListenAddress(host: "::1", port: 9443))
        #expect(configuration.server.publicURL == "https://vigo.example.com:8443")
        #expect(configuration.server.trustedProxies.count == 1)
        #expect(configuration.server.maxConnections == 100 && configuration.server.maxConnectionsPerSource == 10)
        #expect(configuration.server.tls.keyFile == "/b")
        #expect(configuration.server.log.format == .json)
        #expect(configuration.bootstrap.trustedEnrollment.first?.networks.count == 2)
        #expect(configuration.bootstrap.certificateValidity == .seconds(30 * 86_400))
        #expect(configuration.checkIn.interval == .seconds(90))
        #expect(configuration.scrier.workerUIDs == 70_000...70_009)
        #expect(configuration.scrier.confinement == .strict)
        #expect(configuration.scrier.requireKeyProof)
        #expect(configuration.scrier.plugins["ssh"]?.sha256 == String(repeating: "ab", count: 32))
        #expect(configuration.scrier.plugins["ssh"]?.parameters == ["term": "xterm"])
        #expect(configuration.secrets.backend == "openbao" && configuration.secrets.workerUID == 60_000)
        #expect(configuration.secretsDirectory == "/tmp/secrets" && configuration.secretsKeyFile == "/tmp/credentials")
        #expect(configuration.secrets.endpoints == ["vault": DialEndpoint("127.0.0.1:8200")!])
        #expect(configuration.secrets.parameters == ["mount": "kv", "auth": "approle"])
        #expect(configuration.web.sessionIdle == .seconds(600) && configuration.web.sessionLifetime == .seconds(28_800))
        #expect(configuration.policy.secrets.map(\.pattern.text) == ["web*.example.com"])
        #expect(configuration.policy.secrets[0].keys.map(\.description) == ["vigo/os-users/dan", "tls/key"])
    }

    @Test func `keys of older files are passed over with one warning`() throws {
        let file = try read("scrier:\n  guacd_addr: \"127.0.0.1:4822\"\n  proxy_hostname: \"127.0.0.1\"\n")
        let warning = try #require(file.warning)
        #expect(warning.contains("scrier.guacd_addr") && warning.contains("scrier.proxy_hostname"))
    }

    @Test(arguments: [
        ("srever:\n", "server.yaml:1: unknown key srever; known here: server, bootstrap, checkin, scrier, secrets"),
        ("server:\n  liste: x\n", "server.yaml:2: unknown key server.liste"),
        (
            "scrier:\n  max_sessions: ten\n",
            "server.yaml:2: scrier.max_sessions: expected a whole number from 1 to 10000, found \"ten\""
        ),
        (
            "scrier:\n  max_sessions: 0\n",
            "server.yaml:2: scrier.max_sessions: expected a whole number from 1 to 10000, found 0"
        ),
        ("scrier:\n  max_sessions: \"5\"\n", "server.yaml:2: scrier.max_sessions: expected a whole number"),
        (
            "scrier:\n  max_sessions: [5]\n",
            "server.yaml:2: scrier.max_sessions: expected a whole number from 1 to 10000, found a list"
        ),
        (
            "scrier:\n  max_sessions:\n",
            "server.yaml:2: scrier.max_sessions: expected a whole number from 1 to 10000, found nothing"
        ),
        ("scrier:\n  enabled: maybe\n", "server.yaml:2: scrier.enabled: expected true or false, found \"maybe\""),
        ("scrier:\n  allowed_ports: 22\n", "server.yaml:2: scrier.allowed_ports: expected a list"),
        (
            "scrier:\n  allowed_ports: [22, 70000]\n",
            "server.yaml:2: scrier.allowed_ports[1]: expected a whole number from 1 to 65535"
        ),
        ("scrier:\n  allowed_ports: []\n", "server.yaml:2: scrier.allowed_ports: expected at least one port"),
        (
            "scrier:\n  require_key_proof: agent\n",
            "server.yaml:2: scrier.require_key_proof: expected true or false, found \"agent\""
        ),
        ("scrier:\n  worker_uids: 0-10\n", "server.yaml:2: scrier.worker_uids: expected a range of user ids"),
        ("scrier:\n  worker_uids: 70009-70000\n", "server.yaml:2: scrier.worker_uids: expected"),
        ("scrier:\n  confinement: lax\n", "server.yaml:2: scrier.confinement: expected one of available, strict"),
        (
            "scrier:\n  plugins:\n    ssh:\n      sha256: abc\n",
            "server.yaml:4: scrier.plugins.ssh.sha256: expected 64 hexadecimal digits"
        ),
        (
            "checkin:\n  interval: 5\n",
            "server.yaml:2: checkin.interval: expected a duration from 5s to 24h such as \"5m\", found \"5\""
        ),
        ("checkin:\n  interval: 1ms\n", "server.yaml:2: checkin.interval: expected a duration"),
        ("server:\n  listen: 8443\n", "server.yaml:2: server.listen: expected an address and a port"),
        ("server:\n  listen: \"0.0.0.0:99999\"\n", "server.yaml:2: server.listen: expected an address and a port"),
        ("server:\n  listen: 0.0.0.0:1530\n", "server.yaml:2: server.listen: expected another port than 1530"),
        ("server:\n  data_dir: vigo\n", "server.yaml:2: server.data_dir: expected an absolute path"),
        ("server:\n  public_url: http://a\n", "server.yaml:2: server.public_url: expected an address such as"),
        ("server:\n  public_url: \"https://a/$(reboot)\"\n", "server.yaml:2: server.public_url: expected"),
        ("server:\n  tls:\n    cert_file: /a\n", "server.yaml:3: server.tls.cert_file: expected key_file beside it"),
        ("server:\n  trusted_proxies: [everyone]\n", "server.yaml:2: server.trusted_proxies[0]: expected a network"),
        (
            "bootstrap:\n  trusted_enrollment:\n    - pattern: a\n",
            "server.yaml:3: bootstrap.trusted_enrollment[0]: expected the key cidrs"
        ),
        (
            "bootstrap:\n  trusted_enrollment:\n    - pattern: a\n      cidrs: []\n",
            "server.yaml:4: bootstrap.trusted_enrollment[0].cidrs: expected at least one network"
        ),
        ("secrets:\n  backend: ../vault\n", "server.yaml:2: secrets.backend: expected a plugin's id"),
        ("secrets:\n  dir: secrets\n", "server.yaml:2: secrets.dir: expected an absolute path"),
        ("secrets:\n  master: x\n", "server.yaml:2: unknown key secrets.master"),
        ("secrets:\n  worker_uid: 0\n", "server.yaml:2: secrets.worker_uid: expected a whole number from 1000"),
        ("secrets:\n  worker_uid: 61000\n", "server.yaml:2: secrets.worker_uid: 61000 lies within scrier.worker_uids"),
        (
            "scrier:\n  worker_uids: 60000-60999\nsecrets:\n  backend: vault\n",
            "server.yaml:4: secrets: 60999 lies within scrier.worker_uids"
        ),
        ("secrets:\n  endpoints: {vault: localhost}\n", "server.yaml:2: secrets.endpoints.vault: expected a host and"),
        ("secrets:\n  endpoints: {vault: \"a:0\"}\n", "server.yaml:2: secrets.endpoints.vault: expected a host and"),
        ("web:\n  session_idle: 5s\n", "server.yaml:2: web.session_idle: expected a duration from 1m to 24h"),
        (
            "web:\n  session_idle: 2h\n  session_lifetime: 1h\n",
            "server.yaml:2: web.session_idle: must not be longer"
        ),
        (
            "policy:\n  secrets:\n    - pattern: a\n",
            "server.yaml:3: policy.secrets[0]: expected the key secrets"
        ),
        (
            "policy:\n  secrets:\n    - {pattern: a, secrets: []}\n",
            "server.yaml:3: policy.secrets[0].secrets: expected at least one secret"
        ),
        (
            "policy:\n  secrets:\n    - {pattern: a, secrets: [../x]}\n",
            "server.yaml:3: policy.secrets[0].secrets[0]: expected a secret's key such as"
        ),
        (
            "policy:\n  secrets:\n    - {pattern: a, secrets: [vigo/web/auth/dan]}\n",
            "server.yaml:3: policy.secrets[0].secrets[0]: expected a secret's key such as"
        ),
        ("scrier: 5\n", "server.yaml:1: scrier: expected keys with values"),
        ("- a\n", "server.yaml:1: the file: expected keys with values"),
        ("scrier:\n  enabled: true\n  enabled: false\n", "server.yaml:2: the same key stands here twice"),
        ("scrier: {\n", "is not YAML here"),
        ("scrier:\n\tenabled: true\n", "server.yaml:2: is not YAML here"),
        ("scrier: *nowhere\n", "is not YAML"),
    ])
    func `a mistake is named with its line and what was expected`(text: String, expected: String) {
        let found = problems(text)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `a key that the server's user could move about is noticed`() throws {
        func isExposed(_ keyFile: String) throws -> Bool {
            try read("server: {data_dir: /d}\nsecrets: {key_file: \(keyFile)}\n").configuration.hasExposedKey
        }
        #expect(try isExposed("/d/credentials") && isExposed("/d/secrets-too/key"))
        #expect(try !isExposed("/d/secrets/credentials") && !isExposed("/etc/vigo/credentials"))
    }

    @Test func `all mistakes are found in one reading, in order`() {
        let found = problems("scrier:\n  enabled: 7\n  max_sessions: x\nserver:\n  listen: y\n")
        #expect(found.count == 3)
        #expect(found.map { $0.split(separator: ":")[1] } == ["2", "3", "5"])
    }

    @Test func `a file that is not there, or no text, is named`() throws {
        let path = "\(NSTemporaryDirectory())/vigo-\(UUID()).yaml"
        #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(path) }
        try Data([0xff, 0xfe, 0x00]).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: ConfigurationError.self) { try ConfigurationFile.read(path) }
    }

    @Test(arguments: [("90s", 90), ("5m", 300), ("8760h", 31_536_000), ("1h30m", 5400), ("2d", 172_800)])
    func `durations`(text: String, seconds: Int) {
        #expect(DurationText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: ["", "5", "m", "-5m", "5 m", "5x", "99999999999999999999s", "999999999999d", "٣m"])
    func `no durations`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
