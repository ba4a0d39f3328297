import Built
import Foundation
import Logging
import Testing
import WorkerProtocol

@testable import Broker

@Suite struct PluginPinsTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let good = String(repeating: "a", count: 64)
    private let other = String(repeating: "b", count: 64)

    @Test func `without pins everything may be loaded`() {
        #expect(PluginPins([:]).objectionToLoading("x.so", sha256: other, present: [other]) == nil)
        #expect(PluginPins([:]).objection(to: "x", sha256: other) == nil)
    }

    @Test func `a file with a pinned plugin's name has to be that plugin's file`() {
        let pins = PluginPins(["ssh": good.uppercased()])
        #expect(pins.objectionToLoading("ssh.so", sha256: good, present: [good]) == nil)
        for name in ["ssh.so", "libssh.so", "libSSH.so"] {
            let objection = pins.objectionToLoading(name, sha256: other, present: [good, other])
            #expect(objection == "its SHA-256 is \(other), server.yaml expects \(good)")
        }
    }

    @Test func `a plugin that nobody pinned may be loaded as long as the pinned ones are there`() {
        let pins = PluginPins(["ssh": good])
        #expect(pins.objectionToLoading("rdp.so", sha256: other, present: [good, other]) == nil)
        let objection = pins.objectionToLoading("rdp.so", sha256: other, present: [other])
        #expect(objection?.contains("server.yaml expects \(good) of the ssh plugin, which no file here has") == true)
        // Under whatever name.
        #expect(pins.objectionToLoading("rdp.so", sha256: good, present: [good]) == nil)
    }

    @Test func `what a file says it is has to fit its digest, both ways`() {
        let pins = PluginPins(["ssh": good])
        #expect(pins.objection(to: "ssh", sha256: good) == nil)
        #expect(pins.objection(to: "rdp", sha256: other) == nil)
        #expect(pins.objection(to: "ssh", sha256: other)?.contains("expects \(good)") == true)
        #expect(pins.objection(to: "rdp", sha256: good)?.contains("pinned for ssh") == true)
    }

    /// A directory of files that are no plugins, and something in place of scrier-worker that notes whom it is asked about.
    private final class Directory {
        let path = "/tmp/scrier-pins-\(UUID().uuidString.prefix(8))"
        var worker: String { path + "/worker" }
        var plugins: String { path + "/plugins" }

        init(_ files: [String: String], worker script: String) throws {
            try FileManager.default.createDirectory(atPath: plugins, withIntermediateDirectories: true)
            chmod(plugins, 0o755)
            for (name, text) in files { try write(name, text) }
            let text = "#!/bin/sh\necho \"$2\" >> \(path)/asked\n\(script)\n"
            try text.write(toFile: worker, atomically: true, encoding: .utf8)
            chmod(worker, 0o700)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ name: String, _ text: String) throws {
            try text.write(toFile: "\(plugins)/\(name)", atomically: true, encoding: .utf8)
            chmod("\(plugins)/\(name)", 0o644)
        }

        var asked: [String] {
            ((try? String(contentsOfFile: "\(path)/asked", encoding: .utf8)) ?? "").split(separator: "\n").map {
                String($0.split(separator: "/").last ?? "")
            }.sorted()
        }

        func digest(_ name: String) throws -> String { try PluginFile.check("\(plugins)/\(name)").sha256 }
    }

    private static func descriptor(_ id: String) -> String {
        #"{"id":"\#(id)","version":"1","label":"x","summary":"","abi":{"major":1,"minor":0},"roles":["terminal"],"needs":[],"parameters":[]}"#
    }

    private func catalog(_ directory: Directory, _ checksums: [String: String]) -> PluginCatalog {
        PluginCatalog(
            directory: directory.plugins,
            workerPath: directory.worker,
            checksums: checksums,
            logger: logger
        )
    }

    @Test func `a file with another digest than its pin's is never loaded, under no name`() async throws {
        for name in ["ssh.so", "other.so"] {
            let directory = try Directory([name: "tampered with"], worker: "echo '\(Self.descriptor("ssh"))'")
            let catalog = catalog(directory, ["ssh": good])
            #expect(await catalog.plugin("ssh") == nil)
            #expect(await catalog.list.first?.problem?.contains("server.yaml expects \(good)") == true)
            #expect(directory.asked == [])
        }
    }

    @Test func `the file that is pinned, and one beside it, are asked what they are`() async throws {
        let directory = try Directory(
            ["ssh.so": "good", "rdp.so": "x"],
            worker: "id=${2##*/}; echo '\(Self.descriptor("ID"))' | sed \"s/ID/${id%.so}/\""
        )
        let catalog = catalog(directory, ["ssh": try directory.digest("ssh.so")])
        #expect(await catalog.plugin("ssh") != nil)
        #expect(await catalog.plugin("rdp") != nil)
        #expect(directory.asked == ["rdp.so", "ssh.so"])
        // The pinned file is replaced: neither is used any more, and nothing new was loaded.
        try directory.write("ssh.so", "tampered with")
        #expect(await catalog.plugin("ssh") == nil)
        #expect(await catalog.plugin("rdp") == nil)
        #expect(directory.asked == ["rdp.so", "ssh.so"])
        // And put right again.
        try directory.write("ssh.so", "good")
        #expect(await catalog.plugin("ssh") != nil)
        #expect(await catalog.plugin("rdp") != nil)
    }

    @Test func `a file that claims to be a pinned plugin is refused`() async throws {
        let directory = try Directory(
            ["ssh.so": "good", "zzz.so": "x"],
            worker: "echo '\(Self.descriptor("ssh"))'"
        )
        let catalog = catalog(directory, ["ssh": try directory.digest("ssh.so")])
        let list = await catalog.list
        #expect(list.first { $0.fileName == "ssh.so" }?.descriptor?.id == "ssh")
        #expect(list.first { $0.fileName == "zzz.so" }?.problem?.contains("server.yaml expects") == true)
    }

    @Test func `a file that is exchanged while it is asked is not used`() async throws {
        let directory = try Directory(
            ["ssh.so": "good"],
            worker: "cp \"$2\" \"$2.new\"; mv \"$2.new\" \"$2\"; echo '\(Self.descriptor("ssh"))'"
        )
        let catalog = catalog(directory, ["ssh": try directory.digest("ssh.so")])
        #expect(await catalog.list.first?.problem == "it was changed while it was looked at")
    }

    @Test(.enabled(if: geteuid() == 0)) func `a file that is exchanged while a session starts is given nothing`()
        async throws
    {
        let directory = try Directory([:], worker: "exit 1")
        chmod(directory.path, 0o755)
        let path = "\(directory.plugins)/echo.so"
        try FileManager.default.copyItem(atPath: Built.plugin("Echo"), toPath: path)
        let lab = try await Lab(firstUID: 965_100, plugins: directory.plugins)
        let plugin = try #require(await lab.catalog.plugin("echo"))
        let launched = try await lab.broker.launch(plugin, session: "test")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        try FileManager.default.copyItem(atPath: path + ".old", toPath: path)
        let worker = try await launched.attach(
            on: Lab.loop,
            handlers: WorkerHandlers(onOutput: { _ in }, onMessage: { _ in })
        )
        await #expect {
            try await worker.confined()
        } throws: { error in
            "\(error)".contains("was changed while it was loaded")
        }
        #expect(try await worker.ended.get().explanation?.contains("was changed while it was loaded") == true)
        lab.launcher.stop()
    }
}
