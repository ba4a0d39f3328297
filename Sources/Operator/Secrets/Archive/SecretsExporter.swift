import CLinux
import Glibc
package import Trust

/// `export`: all secrets into one encrypted file.
package struct SecretsExporter {
    private let vault: any VaultAccess
    private let parameters: Argon2id

    package init(_ vault: any VaultAccess, parameters: Argon2id = .recommended) {
        self.vault = vault
        self.parameters = parameters
    }

    /// The file is there once it is whole; how many secrets are in it.
    package func export(to path: String, passphrase: Secret, replacing: Bool) async throws -> Int {
        guard replacing || !GuardedFile.exists(path) else {
            throw OperatorError("\(path) is there already: --force replaces it", code: "exists")
        }
        let file = try NewFile(path)
        var writer = try ArchiveWriter(passphrase, parameters: parameters, write: file.write)
        var rest = try await vault.list(prefix: "")[...]
        var count = 0
        while !rest.isEmpty {
            for (key, value) in try await vault.export(Array(rest.prefix(100))) {
                rest = rest.dropFirst()
                // Nil: it was deleted meanwhile.
                guard let value else { continue }
                try writer.append(key, value)
                count += 1
            }
        }
        try writer.finish()
        try file.finish(replacing: replacing)
        return count
    }
}

/// A file that appears under its name when it is whole.
private final class NewFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var isFinished = false

    init(_ path: String) throws(OperatorError) {
        self.path = path
        temporary = "\(path).\(RandomToken.base64URL(RandomToken.random(6)))"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw GuardedFile.failure(path) }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }

    func write(_ bytes: [UInt8]) throws(OperatorError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw GuardedFile.failure(path) }
            written += count
        }
    }

    func finish(replacing: Bool) throws(OperatorError) {
        guard fsync(descriptor) == 0 else { throw GuardedFile.failure(path) }
        // What somebody else has put there meanwhile is not replaced unasked.
        let done = replacing ? rename(temporary, path) : clinux_rename_new(temporary, path)
        guard done == 0 else { throw GuardedFile.failure(path) }
        isFinished = true
        try GuardedFile.syncDirectory(of: path)
    }
}
