import Foundation
import Host
import Testing

@Suite struct AgentBinariesTests {
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("agents-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    private func put(_ name: String, _ text: String) throws {
        try text.write(to: directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    @Test func `a binary comes with its checksum, size, version and signature`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        try put("vigo-linux-x86_64", "abc")
        try put("vigo-linux-x86_64.sig", "c2ln\n")
        let binaries = AgentBinaries(directory: directory.path, version: "1.2.3")
        let linux = try #require(AgentPlatform(os: "Linux", arch: "amd64"))
        let binary = try #require(try await binaries.binary(for: linux))
        #expect(binary.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(binary.size == 3)
        #expect(binary.version == "1.2.3")
        #expect(binary.signature == "c2ln")
        let other = try #require(AgentPlatform(os: "openbsd", arch: "sparc64"))
        #expect(try await binaries.binary(for: other) == nil)
    }

    @Test func `a replaced binary has a new checksum`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let platform = try #require(AgentPlatform(os: "linux", arch: "x86_64"))
        let binaries = AgentBinaries(directory: directory.path, version: "1")
        try put("vigo-linux-x86_64", "abc")
        let first = try await binaries.binary(for: platform)?.sha256
        try put("vigo-linux-x86_64", "abd")
        #expect(try await binaries.binary(for: platform)?.sha256 != first)
    }

    @Test func `the newest glibc of all agents for Linux counts`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        try put("vigo-linux-x86_64", "x\0GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.3.4\0GLIBC_PRIVATE\0GG")
        try put("vigo-linux-aarch64", "GLIBC_2.17")
        try put("vigo-freebsd-x86_64", "GLIBC_2.99")
        #expect(try await AgentBinaries(directory: directory.path, version: "1").newestGlibc() == GlibcVersion(2, 34))
    }

    @Test func `names that are no platform lead to no file`() {
        defer { try? FileManager.default.removeItem(at: directory) }
        for name in ["", "..", "../../etc", "a/b", "linux;id", String(repeating: "x", count: 33), "lin\nux"] {
            #expect(AgentPlatform(os: name, arch: "x86_64") == nil)
            #expect(AgentPlatform(os: "linux", arch: name) == nil)
        }
        #expect(AgentPlatform(fileName: "SHA256SUMS") == nil)
        #expect(AgentPlatform(fileName: "vigo-linux-x86_64.sig") == nil)
        #expect(AgentPlatform(fileName: "vigo-darwin-arm64") == AgentPlatform(os: "macOS", arch: "aarch64"))
    }

    @Test func `a public URL is a scheme, a host and a port, and nothing that a shell could mistake`() {
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(PublicURL("https://vigo.example.com:8443/")?.description == "https://vigo.example.com:8443")
        #expect(PublicURL("https://[::1]:8443")?.port == 8443)
        for text in [
            "", "vigo", "ftp://a", "https://", "https://a/b", "https://u@a", "https://a'b", "https://a$(id)",
            "https://a b", "https://a\nb",
            "https://a?x",
        ] {
            #expect(PublicURL(text) == nil, "\(text)")
        }
    }
}
