import Crypto
import Foundation
import Wire

@testable import Agent

/// Somebody who builds agents and signs them.
struct Releaser {
    let key = Curve25519.Signing.PrivateKey()

    var releaseKey: ReleaseKey? {
        ReleaseKey(hexadecimal: key.publicKey.rawRepresentation.map { String(format: "%02x", $0) }.joined())
    }

    /// An agent that says its version when asked, and nothing else.
    static func program(_ version: String) -> [UInt8] { Array("#!/bin/sh\necho \(version)\n".utf8) }

    func offer(
        _ version: String = "0.2.0",
        file: [UInt8]? = nil,
        os: String = "linux",
        arch: String = "x86_64",
        change: (inout Vigo_Agent_V1_AgentUpdate) -> Void = { _ in }
    ) throws -> Vigo_Agent_V1_AgentUpdate {
        let file = file ?? Self.program(version)
        let sha256 = SHA256.hash(data: file).map { String(format: "%02x", $0) }.joined()
        var offer = Vigo_Agent_V1_AgentUpdate()
        offer.version = version
        offer.os = os
        offer.arch = arch
        offer.size = UInt64(file.count)
        offer.sha256 = sha256
        if let manifest = UpdateManifest(version: version, os: os, arch: arch, sha256: sha256) {
            offer.signature = try key.signature(for: manifest.signedBytes).base64EncodedString()
        }
        change(&offer)
        return offer
    }
}
