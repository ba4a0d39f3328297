import Foundation
import Testing

@testable import Operator

@Suite struct OperatorConfigurationTests {
    private static let file = "# mine\nserver = https://file:9443\ntoken = from-file\nca_file = /ca.pem\n"

    @Test(arguments: [
        (["VIGO_ADMIN_SOCKET": "/a.sock", "VIGO_SERVER": "https://env"], "/a.sock"),
        (["VIGO_SERVER": "https://env"], "https://env:8443"), ([:], "https://file:9443"),
    ])
    func `what is nearer to the command wins`(environment: [String: String], server: String) throws {
        let found = try OperatorConfiguration(environment: environment, file: Self.file, hasSystemSocket: true)
        #expect("\(found.server)" == server)
    }

    @Test func `root on the server itself needs no configuration`() throws {
        let found = try OperatorConfiguration(environment: [:], file: nil, hasSystemSocket: true)
        #expect(found.server == .adminSocket(path: "/run/vigo/admin.sock"))
    }

    @Test func `the environment replaces token and CA of the file`() throws {
        let environment = ["VIGO_TOKEN": "from-env", "VIGO_CA_FILE": "/other.pem"]
        let found = try OperatorConfiguration(environment: environment, file: Self.file, hasSystemSocket: false)
        #expect(found.token == "from-env")
        #expect(found.caFile == "/other.pem")
    }

    @Test(arguments: [
        ("server https://x", "line 1"), ("\n\nserver = https://x\nserve = y", "line 4: “serve” is unknown"),
        ("server = http://x\ntoken = t", "“http://x” is no server"), ("server = https://x", "no API token is known"),
        ("token = t", "no server is known"),
    ])
    func `a file that makes no sense is refused with what was expected`(file: String, problem: String) throws {
        let error = try #require(throws: OperatorError.self) {
            try OperatorConfiguration(environment: [:], file: file, hasSystemSocket: false)
        }
        #expect(error.description.contains(problem))
    }

    @Test func `the file is written for its owner alone, and read back`() throws {
        try inScratch { environment in
            let ca = environment["HOME"]! + "/ca.pem"
            try Data().write(to: URL(filePath: ca))
            let file = try ConfigurationFile(server: "https://vigo.example.com", token: " vst_1\n", caFile: ca)
            let path = try file.write(environment: environment)
            #expect(try mode(path) == 0o600)
            let found = try OperatorConfiguration.current(environment: environment)
            #expect("\(found.server)" == "https://vigo.example.com:8443")
            #expect(found.token == "vst_1")
            // Writing again replaces it.
            _ = try ConfigurationFile(server: "https://b", token: "t", caFile: nil).write(environment: environment)
            #expect(try OperatorConfiguration.current(environment: environment).server == .https(host: "b", port: 8443))
        }
    }

    @Test(arguments: [0o640, 0o604, 0o644, 0o620])
    func `a file that others may read or write is refused`(mode: Int) throws {
        try inScratch { environment in
            let path = try ConfigurationFile(server: "https://b", token: "t", caFile: nil).write(
                environment: environment
            )
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let error = try #require(throws: OperatorError.self) {
                try OperatorConfiguration.current(environment: environment)
            }
            #expect(error.description.hasSuffix("chmod 600 \(path)"))
        }
    }

    @Test(arguments: [nil, "", "  \n", "two words", "tab\tbed", "ünicode", "esc\u{1b}"])
    func `what cannot be a token is not written`(token: String?) {
        #expect(throws: OperatorError.self) { try ConfigurationFile(server: "https://x", token: token, caFile: nil) }
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func inScratch(_ body: ([String: String]) throws -> Void) throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "operator-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: home) }
        try body(["HOME": home])
    }
}
