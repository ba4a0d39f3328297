import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Trust
import Wire
import X509

/// Makes this machine an envoy: keys, a request, the server's answer, and the directory that holds all of it.
package struct Registration {
    package struct Options {
        package var server: String
        package var token: String?
        package var force = false
        /// The name to enroll under, instead of the machine's own.
        package var hostname: String?
        /// Trust this CA instead of the system's.
        package var authorityFile: String?
        /// Where an earlier enrollment lies, if not in the configuration directory itself.
        package var previousConfig: String?

        package init(server: String) {
            self.server = server
        }
    }

    private static let path = "/api/v1/bootstrap/register"

    let options: Options
    let directories: AgentDirectories
    let environment: [String: String]
    var pollInterval: Duration = .seconds(5)
    /// Tells the person at the terminal what goes on.
    let say: @Sendable (String) -> Void

    package init(
        options: Options,
        directories: AgentDirectories,
        environment: [String: String],
        say: @escaping @Sendable (String) -> Void
    ) {
        self.options = options
        self.directories = directories
        self.environment = environment
        self.say = say
    }

    /// The new envoy's UUID.
    package func run() async throws -> String {
        let url = try ServerURL(parsing: options.server)
        let roots = try authorities()
        let proxies: ProxySettings
        do { proxies = try ProxySettings(environment: environment) } catch {
            throw RegistrationError.proxy("\(error)")
        }
        // Before the server is asked: it enrolls once for a token.
        do { try EnrollmentDirectory.prepare(directories) } catch { throw RegistrationError.file(error.description) }
        let dialer = ServerDialer(
            group: MultiThreadedEventLoopGroup.singleton,
            proxies: proxies
        )
        let machine = ThisMachine.current.named(options.hostname?.lowercased())
        let identity = EnvoyIdentity()
        let tls = try CertificateRequest()
        let request = try makeRequest(machine, identity, tls)
        let body = Array(try JSONEncoder().encode(request))
        var isPendingSaid = false
        while true {
            let answer = try await post(body, to: url, roots: roots, through: dialer)
            switch answer.status {
            case 201, 200:
                return try finish(answer.body, url: url, identity: identity, tls: tls)
            case 202:
                if !isPendingSaid {
                    let pending = try? JSONDecoder().decode(RegistrationPending.self, from: Data(answer.body))
                    let name = pending?.envoyID.uuidString.lowercased() ?? machine.hostname
                    say("waiting for approval; on the server run: vigocli envoys approve \(name)")
                    isPendingSaid = true
                }
                try await Task.sleep(for: pollInterval)
            default:
                throw RegistrationError.refused(status: answer.status, message: Self.reason(answer))
            }
        }
    }

    private func makeRequest(_ machine: ThisMachine, _ identity: EnvoyIdentity, _ tls: CertificateRequest) throws
        -> RegistrationRequest
    {
        let previous = previousEnvoy()
        return RegistrationRequest(
            hostname: machine.hostname,
            os: machine.os,
            arch: machine.arch,
            agentVersion: AgentVersion.current,
            addresses: ThisMachine.addresses,
            identityKey: Data(identity.publicKey),
            certificateRequest: Data(tls.der),
            proof: Data(try tls.proof(by: identity)),
            token: options.token,
            force: options.force ? true : nil,
            previousEnvoyID: previous.flatMap { UUID(uuidString: $0.id) },
            previousProof: try previous.map {
                Data(try $0.identity.sign(tls.der, context: .previousIdentity))
            }
        )
    }

    private var previousDirectories: AgentDirectories {
        AgentDirectories(config: options.previousConfig ?? directories.config, state: directories.state)
    }

    private func previousConfiguration() -> AgentConfiguration? {
        let file = previousDirectories.configurationFile
        return (try? PrivateFile.text(file)).flatMap { try? AgentConfiguration(parsing: $0, file: file) }
    }

    private func previousEnvoy() -> (id: String, identity: EnvoyIdentity)? {
        guard let id = previousConfiguration()?.envoyID,
            let pem = try? PrivateFile.text(previousDirectories.identityKey)
        else { return nil }
        return (try? EnvoyIdentity(pem: pem)).map { (id, $0) }
    }

    private func authorities() throws -> ServerTrust.Roots {
        guard let file = options.authorityFile else { return .system }
        let bytes: [UInt8]
        do { bytes = try PrivateFile.read(file) } catch { throw RegistrationError.file(error.description) }
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(bytes).map {
                try Certificate(derEncoded: $0.toDERBytes())
            }
            return .certificates(certificates)
        } catch {
            throw RegistrationError.file("\(file): expected certificates in PEM")
        }
    }

    private func post(_ body: [UInt8], to url: ServerURL, roots: ServerTrust.Roots, through dialer: ServerDialer)
        async throws -> HTTPSPost.Answer
    {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = ["http/1.1"]
        let connection = try await dialer.connect(
            to: url.address,
            context: try NIOSSLContext(configuration: configuration),
            trust: ServerTrust(roots: roots, name: url.address.host),
            speaking: "http/1.1"
        )
        let host = url.address.port == 443 ? url.address.host : url.address.description
        return try await HTTPSPost(path: Self.path, host: host, body: body).send(over: connection)
    }

    private func finish(_ body: [UInt8], url: ServerURL, identity: EnvoyIdentity, tls: CertificateRequest) throws
        -> String
    {
        guard let response = try? JSONDecoder().decode(RegistrationResponse.self, from: Data(body)) else {
            throw RegistrationError.answer("it lacks what an envoy needs")
        }
        let text = KeyValueFile.text([
            ("server", url.text), ("envoy_id", response.envoyID.uuidString.lowercased()),
            ("agent_address", response.agentAddress),
            ("server_identity_key", Base64.encode(response.serverIdentityKey)),
            ("check_in_seconds", String(response.checkInSeconds)),
        ])
        var configuration: AgentConfiguration
        do {
            configuration = try AgentConfiguration(parsing: text, file: "answer")
        } catch {
            throw RegistrationError.answer(error.description)
        }
        configuration.hostname = options.hostname?.lowercased()
        // What the owner of the machine has set is not the server's to undo.
        if let previous = previousConfiguration() {
            configuration.allowedPorts = previous.allowedPorts
            configuration.maxTunnels = previous.maxTunnels
        }
        let enrollment = EnrollmentDirectory(
            files: [
                "config": Secret(configuration.text), "identity.pem": identity.pem, "tls.key": tls.keyPEM,
                "certificate.pem": Secret(response.certificate), "ca.pem": Secret(response.ca),
            ]
        )
        try enrollment.install(at: directories)
        // A memory of another server's audit log would accuse this one.
        unlink(directories.memory)
        unlink(directories.secrets)
        return configuration.envoyID
    }

    private static func reason(_ answer: HTTPSPost.Answer) -> String {
        let refusal = try? JSONDecoder().decode(APIError.self, from: Data(answer.body))
        return refusal?.message ?? "the server answered \(answer.status)"
    }
}
