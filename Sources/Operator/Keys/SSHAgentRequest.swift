import Trust

/// What is asked of an ssh-agent (RFC 9987 sections 3.5 and 3.6), without the length in front.
enum SSHAgentRequest {
    static let identities: [UInt8] = [11]

    static func sign(_ data: [UInt8], with key: SSHPublicKey) -> [UInt8] {
        var writer = SSHWireWriter()
        writer.raw([13])
        writer.string(key.blob)
        writer.string(data)
        // RSA is signed with SHA-1 unless asked otherwise.
        writer.integer(key.algorithm == "ssh-rsa" ? rsaSHA512 : 0)
        return writer.bytes
    }

    private static let rsaSHA512: UInt32 = 4
}
