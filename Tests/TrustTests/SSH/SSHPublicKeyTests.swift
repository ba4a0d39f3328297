import Foundation
import Testing

@testable import Trust

@Suite struct SSHPublicKeyTests {
    private let dans = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrvSf dan@laptop"

    @Test func `a key is read with its comment, and written without`() throws {
        let key = try SSHPublicKey(parsing: dans + "\n")
        #expect(key.algorithm == "ssh-ed25519")
        #expect(key.comment == "dan@laptop")
        #expect(dans.hasPrefix(key.openSSH))
        #expect(key.description == dans)
    }

    @Test(arguments: ["ed25519", "ecdsa:256", "ecdsa:384", "ecdsa:521", "rsa:2048"])
    func `ssh-keygen's keys are read, and its fingerprints are ours`(kind: String) throws {
        let parts = kind.split(separator: ":")
        let file = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)").path
        defer { for name in [file, file + ".pub"] { try? FileManager.default.removeItem(atPath: name) } }
        let bits = parts.count == 2 ? "-b \(parts[1])" : ""
        _ = try run("ssh-keygen -q -t \(parts[0]) \(bits) -N '' -f \(file)")
        let key = try SSHPublicKey(parsing: String(contentsOfFile: file + ".pub", encoding: .utf8))
        #expect(try run("ssh-keygen -l -f \(file).pub").contains(" \(key.fingerprint) "))
    }

    @Test func `two keys are equal when their blobs are, whatever the comment`() throws {
        let one = try SSHPublicKey(parsing: dans)
        let other = try SSHPublicKey(parsing: one.openSSH)
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
    }

    @Test(arguments: [
        "", " ", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 !!!!", "ssh-dss AAAAB3NzaC1kc3M=",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrvSf",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrg==",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrvSfAA==",
        "ssh-ed25519-cert-v01@openssh.com AAAA",
        "restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrvSf",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBvd6ghmLVOcUYiWAkAx0b2fg8m4W1yWm9GyFIhsrvSf a\nssh-ed25519 AAAA",
    ])
    func `what is no key is refused`(text: String) {
        #expect(throws: SSHPublicKeyError.self) { try SSHPublicKey(parsing: text) }
    }

    @Test func `a comment cannot carry what a terminal obeys`() throws {
        #expect(try SSHPublicKey(parsing: dans + "\u{1b}[2J\u{7}x").comment == "dan@laptop[2Jx")
        #expect(try SSHPublicKey(parsing: dans + "\u{9b}2J\u{202e}y\u{2028}").comment == "dan@laptop2Jy")
    }

    @Test func `a key file of Windows is read, with a comment and without`() throws {
        #expect(try SSHPublicKey(parsing: dans + "\r\n").description == dans)
        let bare = try SSHPublicKey(parsing: dans).openSSH
        #expect(try SSHPublicKey(parsing: bare + "\r\n").description == bare)
        #expect(throws: SSHPublicKeyError.self) { try SSHPublicKey(parsing: "\(dans)\r\n\(dans)\r\n") }
    }
}

/// Runs a line of shell and gives what it printed.
func run(_ line: String) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CommandFailed(line: line) }
    return String(decoding: data, as: UTF8.self)
}

struct CommandFailed: Error { let line: String }
