import Trust

/// What an ssh-agent answers (RFC 9987 sections 3.5 and 3.6), without the length in front.
enum SSHAgentAnswer {
    /// OpenSSH's own bound.
    static let limit = 256 << 10

    private static let failure: UInt8 = 5
    private static let identitiesAnswer: UInt8 = 12
    private static let signResponse: UInt8 = 14

    /// The public keys' wire forms. Those of kinds that are unknown here are among them.
    static func identities(_ answer: [UInt8]) throws(SSHAgentError) -> [[UInt8]] {
        var reader = try reader(of: answer, expected: identitiesAnswer)
        guard let count = reader.integer() else { throw .nonsense }
        var keys: [[UInt8]] = []
        // Not reserved in advance: the number is the other side's.
        for _ in 0..<count {
            guard let key = reader.string(), reader.string() != nil else { throw .nonsense }
            keys.append(Array(key))
        }
        guard reader.isAtEnd else { throw .nonsense }
        return keys
    }

    static func signature(_ answer: [UInt8]) throws(SSHAgentError) -> [UInt8] {
        var reader = try reader(of: answer, expected: signResponse)
        guard let signature = reader.string(), reader.isAtEnd else { throw .nonsense }
        return Array(signature)
    }

    private static func reader(of answer: [UInt8], expected: UInt8) throws(SSHAgentError) -> SSHWireReader {
        var reader = SSHWireReader(answer)
        switch reader.byte() {
        case expected: return reader
        case failure: throw .refused
        default: throw .nonsense
        }
    }
}
