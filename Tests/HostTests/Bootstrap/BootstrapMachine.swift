import Crypto
import Foundation
import Host

/// A scratch machine on which the bootstrap script runs: a directory each for configuration, state and programs, a stub
/// agent, and a `curl` that fetches from a directory instead of a server and notes how it was called.
final class BootstrapMachine {
    let root: URL
    private let script: String

    init(
        glibc: GlibcVersion? = GlibcVersion(2, 17),
        authority: String? = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
    )
        throws
    {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("bootstrap-\(UUID().uuidString)")
        let server = PublicURL("https://vigo.example.com:8443")!
        script = BootstrapScript(publicURL: server, authority: authority).shell(glibc: glibc)
        for name in ["etc", "bin", "state", "served", "tools"] {
            try FileManager.default.createDirectory(
                at: root.appendingPathComponent(name),
                withIntermediateDirectories: true
            )
        }
        try write(
            "tools/curl",
            """
            #!/bin/sh
            echo "curl $*" >>'\(root.path)/calls'
            while [ $# -gt 0 ]; do
                case $1 in
                    --cacert) cp "$2" '\(root.path)/ca-seen'; shift ;;
                    -o) file=$2; shift ;;
                    https://vigo.example.com:8443/api/v1/agent/latest*) from=latest ;;
                    https://vigo.example.com:8443/api/v1/agent/download*) from=download ;;
                esac
                shift
            done
            [ -f '\(root.path)/served/'"$from" ] || exit 22
            cp '\(root.path)/served/'"$from" "$file"
            """,
            executable: true
        )
        // Nobody here needs the time that a service takes to fail.
        try write("tools/sleep", "#!/bin/sh\n", executable: true)
        try serve(agent: Self.stubAgent)
    }

    deinit {
        try? FileManager.default.removeItem(at: root)
    }

    /// Notes its arguments and enrolls, unless a file says that it should not.
    static let stubAgent = """
        #!/bin/sh
        [ "$1" = --version ] && { echo 'vigo 1.0.0'; exit 0; }
        here=$(dirname "$0")/..
        echo "vigo $*" >>"$here/calls"
        echo "token '$VIGO_ENROLLMENT_TOKEN'" >>"$here/calls"
        [ ! -e "$here/refuse" ] || { echo 'refused: no token' >&2; exit 77; }
        mkdir -p "$2" && echo new >"$2/config"
        """

    func serve(agent: String, sha256: String? = nil) throws {
        try write("served/download", agent)
        let digest = sha256 ?? SHA256.hash(data: Data(agent.utf8)).map { String(format: "%02x", $0) }.joined()
        try write("served/latest", #"{"version":"1.0.0","os":"linux","sha256":"\#(digest)","size":1}"#)
    }

    func write(_ path: String, _ text: String, executable: Bool = false) throws {
        let file = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path) }
    }

    func text(_ path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(path).path)) ?? []).sorted()
    }

    /// An envoy that ran here before.
    func enrollBefore() throws {
        try write("etc/vigo-envoy/config", "old\n")
        try write("bin/vigo", "#!/bin/sh\n# old\n", executable: true)
    }

    func run(
        shell: [String],
        arguments: [String] = [],
        environment: [String: String] = [:],
        script other: String? = nil
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = shell + ["-s", "--"] + arguments
        process.environment = [
            "PATH": "\(root.path)/tools:/usr/sbin:/usr/bin:/sbin:/bin",
            "VIGO_CONFIG_DIR": "\(root.path)/etc/vigo-envoy",
            "VIGO_STATE_DIR": "\(root.path)/state",
            "VIGO_BIN_DIR": "\(root.path)/bin",
            "VIGO_SERVICE": "none",
            "TMPDIR": root.path,
        ].merging(environment) { $1 }
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data((other ?? script).utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    var scriptText: String { script }
}
