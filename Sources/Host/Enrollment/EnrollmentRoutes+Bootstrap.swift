package import Foundation
package import Wire

/// What needs no login: a machine that is no envoy yet comes here.
extension EnrollmentRoutes {
    /// What `POST /api/v1/bootstrap/register` answers.
    package enum Registration: Sendable, Equatable {
        case enrolled(RegistrationResponse)
        case pending(RegistrationPending)

        package var status: Int {
            switch self {
            case .enrolled: 201
            case .pending: 202
            }
        }

        package func encoded() throws -> Data {
            switch self {
            case .enrolled(let response): try WireJSON.encode(response)
            case .pending(let pending): try WireJSON.encode(pending)
            }
        }
    }

    /// `GET /bootstrap[?os=windows]`: text/plain.
    package func bootstrap(os: String?) async throws -> String {
        switch os {
        case "windows": script.powerShell()
        case nil: script.shell(glibc: try await binaries.newestGlibc())
        default: throw RouteRefusal(400, "invalid_os", "os is windows, or left out")
        }
    }

    /// `GET /api/v1/agent/latest?os=&arch=`.
    package func latest(os: String?, arch: String?) async throws -> AgentRelease {
        let binary = try await download(os: os, arch: arch)
        let platform = binary.platform
        return AgentRelease(
            version: binary.version,
            os: platform.os,
            arch: platform.arch,
            sha256: binary.sha256,
            size: binary.size,
            signature: binary.signature,
            url: "\(script.publicURL)/api/v1/agent/download?os=\(platform.os)&arch=\(platform.arch)"
        )
    }

    /// `GET /api/v1/agent/download?os=&arch=`: the file to send.
    package func download(os: String?, arch: String?) async throws -> AgentBinary {
        guard let os, let arch, let platform = AgentPlatform(os: os, arch: arch) else {
            throw RouteRefusal(400, "invalid_platform", "os and arch are names such as linux and x86_64")
        }
        guard let binary = try await binaries.binary(for: platform) else {
            throw RouteRefusal(404, "no_agent", "this server has no agent for \(platform)")
        }
        return binary
    }

    /// `POST /api/v1/bootstrap/register`. `source` is the client's address.
    package func register(_ request: RegistrationRequest, from source: String) async throws -> Registration {
        switch await enrollment.register(request, from: source) {
        case .enrolled(let response): return .enrolled(response)
        case .pending(let id): return .pending(RegistrationPending(pending: true, envoyID: id))
        case .refused(let refusal): throw RouteRefusal(refusal.status, refusal.code, refusal.message)
        }
    }
}
