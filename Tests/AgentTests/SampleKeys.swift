@testable import Agent

/// Keys made once by ssh-keygen.
enum SampleKeys {
    static let ed25519Blob = "AAAAC3NzaC1lZDI1NTE5AAAAIGc4/AyC5rfjPHS8CG5mQWVXbOA1uVPz3j1IaxMH49pS"
    static let ed25519 = "ssh-ed25519 " + ed25519Blob
    static let otherEd25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFZV0IqhjnkCY1Np2RLtnWbdaUyKC654AuYJFKKJZ+Dm"

    /// A key that nobody has.
    static func random() -> String {
        let frame: [UInt8] = [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32]
        return "ssh-ed25519 " + Base64.encode(frame + (0..<32).map { _ in UInt8.random(in: 0...255) })
    }
}
