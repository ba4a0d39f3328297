import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// docs/guides/write-a-plugin.md, followed to the letter by somebody who has the page, a compiler and the headers.
    @Suite struct PluginTests {
        private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        private let place = FileManager.default.temporaryDirectory.appending(
            path: "guide-\(UUID().uuidString.prefix(8))"
        )

        private var guide: String {
            get throws {
                try String(contentsOf: root.appending(path: "docs/guides/write-a-plugin.md"), encoding: .utf8)
            }
        }

        /// The text between the fences of the first listing in that language that holds `words`.
        private func listing(_ language: String, with words: String) throws -> String {
            let parts = try guide.components(separatedBy: "\n```")
            let found = parts.first { $0.hasPrefix("\(language)\n") && $0.contains(words) }
            return String(try #require(found, "the guide has no such listing: \(words)").dropFirst(language.count + 1))
                + "\n"
        }

        /// A line of the guide, with this machine's places for those of `make install`.
        private func run(_ line: String, _ lab: Lab, plugins: URL) throws -> Command {
            let line =
                line.replacingOccurrences(of: "/usr/local/include", with: "'\(place.path)/include'")
                .replacingOccurrences(of: "/usr/local/libexec/vigo/", with: "'\(lab.scratch.path)'/libexec/")
                .replacingOccurrences(of: "/usr/local/lib/vigo/plugins/", with: "'\(plugins.path)/'")
                .replacingOccurrences(of: "sudo ", with: "")
                .replacingOccurrences(of: "vigocli ", with: "'\(Lab.program("vigocli").path)' ")
            return try Command.shell("cd '\(place.path)' && \(line)", environment: lab.operatorEnvironment)
        }

        @Test func `the guide's C file is built, installed and reached without a restart, by the guide's own lines`()
            async throws
        {
            let plugins = place.appending(path: "plugins")
            try FileManager.default.createDirectory(at: plugins, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: place) }
            for directory in [place, plugins] {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
            }
            // All that `make install` gives an author.
            try FileManager.default.copyItem(
                at: root.appending(path: "Sources/PluginAPI/include"),
                to: place.appending(path: "include")
            )
            try listing("c", with: "an echo session")
                .write(to: place.appending(path: "echo.c"), atomically: true, encoding: .utf8)
            try await Lab.with(configuration: "  plugin_dir: \(plugins.path)") { lab in
                for line in try listing("", with: "describe \"$PWD/echo.so\"").split(separator: "\n") {
                    let isOfServer = line.hasPrefix("vigocli")
                    var done = try run(String(line), lab, plugins: plugins)
                    // The server finds it by itself, in its time.
                    if isOfServer {
                        try await eventually("the plugin", else: { "\(done)" }) {
                            done = try run(String(line), lab, plugins: plugins)
                            return done.status == 0 && done.output.contains("echo")
                        }
                    }
                    #expect(done.status == 0 && done.errors.isEmpty, "\(line): \(done)")
                    if line.contains("describe") { #expect(done.output.contains("\"echo\"")) }
                }

                let connect = try listing("", with: "scrier connect --protocol echo").split(separator: "\n")
                let words = try #require(connect.first).split(separator: " ").dropFirst().map { word in
                    switch word {
                    case "22": String(lab.sshPort)
                    case "web-01": ProcessInfo.processInfo.hostName
                    default: String(word)
                    }
                }
                let terminal = try TerminalProgram(
                    Lab.program("vigocli"),
                    words,
                    environment: lab.operatorEnvironment
                )
                try await terminal.expect("hello")
                try await terminal.expect("SSH-2.0-")
                terminal.type("good evening\r\n")
                try await terminal.expect("Invalid SSH identification string")
                // The target has closed: that is the session's end, and a good one.
                #expect(try await terminal.exitStatus() == 0)
                let session = try await lab.session(in: "closed", "failed")
                #expect(session["protocol"] as? String == "echo" && session["state"] as? String == "closed")
            }
        }

        @Test func `the guide's backend in C is built by the same line`() throws {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: place) }
            try listing("c", with: "A whole backend for secrets")
                .write(to: place.appending(path: "memory.c"), atomically: true, encoding: .utf8)
            let line = try #require(try listing("", with: "describe \"$PWD/echo.so\"").split(separator: "\n").first)
                .replacingOccurrences(of: "echo", with: "memory")
                .replacingOccurrences(of: "/usr/local/include", with: "'\(root.path)/Sources/PluginAPI/include'")
            let built = try Command.shell(
                "cd '\(place.path)' && \(line) && '\(Lab.program("scrier-worker").path)' describe \"$PWD/memory.so\""
            )
            #expect(built.status == 0 && built.errors.isEmpty && built.output.contains("\"memory\""), "\(built)")
        }
    }
}
