import CArgon2
package import Trust

/// Argon2id (RFC 9106): a passphrase becomes a key, with much memory and time for whoever guesses.
package struct Argon2id: Equatable, Sendable {
    package let memoryKiB: UInt32
    package let iterations: UInt32
    package let lanes: UInt32

    /// RFC 9106, section 4, for machines that cannot spare 2 GiB.
    package static let recommended = Argon2id(memoryKiB: 64 << 10, iterations: 3, lanes: 4)!

    /// Nil for what RFC 9106 does not allow, and for what would keep a machine busy for minutes: parameters are read from files.
    package init?(memoryKiB: UInt32, iterations: UInt32, lanes: UInt32) {
        guard (1...16).contains(lanes), (8 * lanes...2 << 20).contains(memoryKiB), (1...16).contains(iterations) else {
            return nil
        }
        self.memoryKiB = memoryKiB
        self.iterations = iterations
        self.lanes = lanes
    }

    /// `purpose` keeps keys apart that are made of one passphrase and one salt.
    package func key(
        from passphrase: Secret,
        salt: [UInt8],
        purpose: String,
        count: Int = 32
    ) throws(OperatorError) -> Secret {
        try key(from: passphrase, salt: salt, secret: nil, associated: Array(purpose.utf8), count: count)
    }

    /// With all that the RFC names, for its test vectors.
    func key(
        from passphrase: Secret,
        salt: [UInt8],
        secret: Secret?,
        associated: [UInt8],
        count: Int
    ) throws(OperatorError) -> Secret {
        var (salt, associated) = (salt, associated)
        var status: Int32 = 0
        let key = Secret(count: count) { output in
            passphrase.withBytes { password in
                (secret ?? Secret("")).withBytes { secret in
                    salt.withUnsafeMutableBytes { salt in
                        associated.withUnsafeMutableBytes { associated in
                            var context = argon2_context()
                            (context.out, context.outlen) = Self.bytes(UnsafeRawBufferPointer(output))
                            (context.pwd, context.pwdlen) = Self.bytes(password)
                            (context.salt, context.saltlen) = Self.bytes(UnsafeRawBufferPointer(salt))
                            (context.secret, context.secretlen) = Self.bytes(secret)
                            (context.ad, context.adlen) = Self.bytes(UnsafeRawBufferPointer(associated))
                            context.t_cost = iterations
                            context.m_cost = memoryKiB
                            context.lanes = lanes
                            context.threads = lanes
                            context.version = ARGON2_VERSION_13.rawValue
                            // No flag that wipes the passphrase: it is the caller's. The working memory is always wiped.
                            status = argon2id_ctx(&context)
                        }
                    }
                }
            }
        }
        guard status == ARGON2_OK.rawValue else {
            throw OperatorError("Argon2id failed: \(String(cString: argon2_error_message(status)))")
        }
        return key
    }

    /// The library reads all but the output; its C type does not say so.
    private static func bytes(_ bytes: UnsafeRawBufferPointer) -> (UnsafeMutablePointer<UInt8>?, UInt32) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return (nil, 0) }
        return (UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
    }
}
