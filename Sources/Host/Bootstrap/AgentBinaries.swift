import Crypto
import Foundation
import NIOPosix
import Synchronization

/// The agents that this server hands out: a directory of `vigo-<os>-<arch>`, each with its version in a `.version` and its signature in a `.sig`
/// beside it.
package final class AgentBinaries: Sendable {
    /// What tells one state of a file from another without reading it.
    private struct FileIdentity: Hashable {
        let path: String
        let inode: UInt64
        let size: Int
        let modified: Date
    }

    private struct Digest {
        let sha256: String
        let glibc: GlibcVersion?
    }

    private static let chunk = 1 << 20

    private let directory: String
    private let version: String
    /// The agent in a build directory: it fits the machine that it was built on.
    private let fallback: (platform: AgentPlatform, path: String)?
    private let digests = Mutex<[FileIdentity: Digest]>([:])

    package init(directory: String, version: String, fallback: (platform: AgentPlatform, path: String)? = nil) {
        self.directory = directory
        self.version = version
        self.fallback = fallback
    }

    /// The agent for a platform; nil when the server has none.
    package func binary(for platform: AgentPlatform) async throws -> AgentBinary? {
        guard let path = path(for: platform) else { return nil }
        return try await NIOThreadPool.singleton.runIfActive { [self] in try read(path, platform) }
    }

    /// The glibc that every Linux agent here runs with.
    package func newestGlibc() async throws -> GlibcVersion? {
        let paths = platforms.filter { $0.os == "linux" }.compactMap { path(for: $0) }
        return try await NIOThreadPool.singleton.runIfActive { [self] in
            try paths.compactMap { try digest(of: $0).glibc }.max()
        }
    }

    package var platforms: [AgentPlatform] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let found = names.compactMap(AgentPlatform.init(fileName:))
        return Set(found + (fallback.map { [$0.platform] } ?? [])).sorted { $0.description < $1.description }
    }

    private func path(for platform: AgentPlatform) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        if let name = names.first(where: { AgentPlatform(fileName: $0) == platform }) { return "\(directory)/\(name)" }
        guard let fallback, fallback.platform == platform,
            FileManager.default.isReadableFile(atPath: fallback.path)
        else { return nil }
        return fallback.path
    }

    private func read(_ path: String, _ platform: AgentPlatform) throws -> AgentBinary {
        let digest = try digest(of: path)
        func beside(_ ending: String) -> String? {
            (try? String(contentsOfFile: "\(path).\(ending)", encoding: .utf8))?
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return AgentBinary(
            platform: platform,
            path: path,
            version: beside("version") ?? version,
            size: try identity(of: path).size,
            sha256: digest.sha256,
            signature: beside("sig") ?? ""
        )
    }

    private func digest(of path: String) throws -> Digest {
        let identity = try identity(of: path)
        if let known = digests.withLock({ $0[identity] }) { return known }
        let digest = try compute(path)
        digests.withLock { digests in
            // A replaced file's entry is of no use to anybody.
            digests = digests.filter { $0.key.path != path }
            digests[identity] = digest
        }
        return digest
    }

    private func compute(_ path: String) throws -> Digest {
        let contents = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        var hash = SHA256()
        var start = contents.startIndex
        while start < contents.endIndex {
            let end = min(start + Self.chunk, contents.endIndex)
            hash.update(data: contents[start..<end])
            start = end
        }
        let sha256 = hash.finalize().map { String(format: "%02x", $0) }.joined()
        return Digest(sha256: sha256, glibc: contents.withUnsafeBytes { GlibcVersion.newest(in: $0) })
    }

    private func identity(of path: String) throws -> FileIdentity {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return FileIdentity(
            path: path,
            inode: (attributes[.systemFileNumber] as? UInt64) ?? 0,
            size: (attributes[.size] as? Int) ?? 0,
            modified: (attributes[.modificationDate] as? Date) ?? .distantPast
        )
    }
}
