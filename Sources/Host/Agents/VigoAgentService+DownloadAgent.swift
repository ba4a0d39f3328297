import Foundation
import GRPCCore
import NIOPosix
import Wire

extension VigoAgentService {
    private static let part = 64 << 10

    /// The agent that this envoy was offered, in parts, as fast as it takes them.
    func downloadAgent(
        request: Vigo_Agent_V1_DownloadAgentRequest,
        response: RPCWriter<Vigo_Agent_V1_AgentPart>,
        context: ServerContext
    ) async throws {
        let envoy = try await caller(context)
        guard let binary = updates.binary(for: envoy.id, sha256: request.sha256) else {
            throw RPCError(code: .notFound, message: "this envoy was offered no such agent")
        }
        let file = try await answering { try FileHandle(forReadingFrom: URL(fileURLWithPath: binary.path)) }
        defer { try? file.close() }
        while true {
            let data = try await answering {
                try await NIOThreadPool.singleton.runIfActive { try file.read(upToCount: Self.part) }
            }
            guard let data, !data.isEmpty else { return }
            var part = Vigo_Agent_V1_AgentPart()
            part.data = data
            try await response.write(part)
        }
    }
}
