import Foundation
import HTTPTypes
import Testing

@testable import Host

@Suite struct WebAssetsTests {
    @Test func `files are served for ever under a name that changes with them`() async throws {
        let world = try await WebWorld()
        let root = world.look.assets.root
        let file = try await world.get("\(root)/scripts/console.js", as: nil)
        #expect(file.status == 200 && file.headers[.contentType] == "text/javascript; charset=utf-8")
        #expect(file.headers[.cacheControl] == "public, max-age=31536000, immutable")
        #expect(file.headers[.contentEncoding] == nil && file.headers[.vary] == "Accept-Encoding")
        let tag = try #require(file.headers[.eTag])
        #expect(try await world.get("\(root)/scripts/console.js", headers: [.ifNoneMatch: tag]).status == 304)
        #expect(try await world.get("/assets/00000000000000000000/scripts/console.js").status == 404)
        #expect(try await world.get("\(root)/templates/layout.mustache").status == 404)
        #expect(try await world.get("\(root)/../../../etc/passwd").status == 404)

        var contents = WebWorld.files.contents
        contents["scripts/console.js"] = Data("changed".utf8)
        #expect(WebAssets(WebFiles(contents: contents)).root != root)
    }

    @Test func `who takes gzip gets it, and it says the same`() async throws {
        let world = try await WebWorld()
        let path = "\(world.look.assets.root)/styles/base.css"
        let packed = try await world.get(path, headers: [.acceptEncoding: "br, gzip;q=0.8"])
        #expect(packed.headers[.contentEncoding] == "gzip")
        let plain = try #require(world.look.assets["styles/base.css"])
        let gzipped = try #require(plain.gzipped)
        #expect(gzipped.readableBytes < plain.plain.readableBytes / 2)
        let directory = FileManager.default.temporaryDirectory.appending(path: "gzip-\(UUID())")
        try Data(gzipped.readableBytesView).write(to: directory)
        defer { try? FileManager.default.removeItem(at: directory) }
        let tool = Process()
        tool.executableURL = URL(filePath: "/bin/gzip")
        tool.arguments = ["-dc"]
        tool.standardInput = try FileHandle(forReadingFrom: directory)
        let output = Pipe()
        tool.standardOutput = output
        try tool.run()
        #expect(output.fileHandleForReading.readDataToEndOfFile() == Data(plain.plain.readableBytesView))
        tool.waitUntilExit()
    }

    @Test(arguments: [
        ("gzip", true), ("br, gzip", true), ("*", true), ("", false), ("br", false), ("gzip;q=0", false),
        ("GZIP; q=0.5", true),
    ])
    func `Accept-Encoding is understood`(header: String, takes: Bool) {
        #expect(AssetRoute.takesGzip(header) == takes)
    }

    @Test func `every import of a module leads to a file that is served`() {
        let assets = WebAssets(WebWorld.files)
        for path in assets.paths where path.hasPrefix("scripts/") {
            for needed in assets.modules(behind: path) { #expect(assets[needed] != nil, "\(path) needs \(needed)") }
        }
        #expect(assets.modules(behind: "scripts/terminal.js").contains("vendor/xterm.js"))
        #expect(assets.modules(behind: "scripts/login.js") == ["scripts/api.js"])
    }

    @Test func `imports are found where a line begins with one`() {
        let source = """
            import { a } from "./a.js";
            import "../b.js";
            import {
                c,
            } from "./deep/c.js";
            export { d } from "../../../../d.js";
            const text = 'import x from "./no.js"';
            import e from "elsewhere";
            """
        #expect(
            ModuleImports.paths(in: source, of: "scripts/x/y.js")
                == ["scripts/x/a.js", "scripts/b.js", "scripts/x/deep/c.js", "d.js"]
        )
    }
}
